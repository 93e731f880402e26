package io.demitasse.media.data;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.data.FieldNames.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows of a table whose first line names the columns: values between commas, semicolons or tabs, in
 * quotes where they hold one of these, a quote or an end of line (RFC 4180).
 *
 * <p>Columns called as inputs of the model are inputs. Where a model takes one vector of numbers,
 * {@code [B,N]}, columns of numbers without another meaning make it if they are N.
 *
 * @param columns names, in order
 * @param header the number of the line that names them
 * @param features columns that make the one input together; empty where none do
 */
record Table(
    NamedValues values,
    TextLines.Form form,
    List<String> columns,
    int header,
    List<String> features)
    implements LineSamples.Parser {
  private static final int LONGEST = 1 << 24;

  /** Columns that count rows. */
  private static final Set<String> COUNTING = Set.of("", "id", "index");

  /** The first two lines that are not blank. */
  private static final class First implements TextLines.Consumer {
    private final List<TextLines.Line> found = new ArrayList<>();

    @Override
    public void line(TextLines.Line line) {
      if (found.size() < 2) {
        found.add(line);
      }
    }

    @Override
    public void bad(int number, String why) {
      // The end of what was read of the file may be half a line.
    }
  }

  /**
   * Opens a table.
   *
   * @throws DemitasseException (bad request) when it has no header, or one that names nothing the
   *     model takes
   */
  static Dataset open(Path file, NamedValues values) {
    Table table = of(file, values);
    Dataset rows = LineSamples.open(file, table, values.kinds().understood());
    return rows.noting("columns: " + table.told());
  }

  static boolean isOne(Path file) {
    return List.of("csv", "tsv").contains(SampleFile.extension(file));
  }

  private static Table of(Path file, NamedValues values) {
    boolean tabs = SampleFile.extension(file).equals("tsv");
    List<TextLines.Line> lines = first(file, tabs ? TextLines.Form.TABS : TextLines.Form.COMMAS);
    TextLines.Line line = lines.getFirst();
    TextLines.Form form =
        tabs
            ? TextLines.Form.TABS
            : line.text().indexOf(',') < 0 && line.text().indexOf(';') >= 0
                ? TextLines.Form.SEMICOLONS
                : TextLines.Form.COMMAS;
    List<String> columns = cells(line.text(), form).stream().map(String::strip).toList();
    if (new HashSet<>(columns).size() < columns.size()) {
      throw DemitasseException.badRequest(
          file + " names two columns alike in line " + line.number() + ": " + columns + ".");
    }
    Table plain = new Table(values, form, columns, line.number(), List.of());
    List<String> row = lines.size() > 1 ? cells(lines.getLast().text(), form) : List.of();
    Table table =
        new Table(values, form, columns, line.number(), plain.vector(numbers(columns, row)));
    table.requireUse(file);
    return table;
  }

  /** Columns whose first value is a number, but for those that count rows. */
  private static List<String> numbers(List<String> columns, List<String> row) {
    return IntStream.range(0, Math.min(columns.size(), row.size()))
        .filter(i -> !COUNTING.contains(columns.get(i).toLowerCase(Locale.ROOT)))
        .filter(i -> Double.isFinite(parsed(row.get(i))))
        .mapToObj(columns::get)
        .toList();
  }

  private static List<TextLines.Line> first(Path file, TextLines.Form form) {
    First first = new First();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(TextLines.LONGEST_TEXT);
      TextLines.read(new ByteArrayInputStream(start), form, TextLines.LONGEST_TEXT, first);
    } catch (IOException e) {
      throw LineSamples.cannotRead(file, e);
    }
    if (first.found.isEmpty()) {
      throw DemitasseException.badRequest(
          file + " has no first line that names the columns, as UTF-8 text.");
    }
    return first.found;
  }

  private Set<String> free() {
    return columns.stream()
        .filter(name -> inputs().find(name).isEmpty() && !features.contains(name))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private DeclaredInputs inputs() {
    return values.kinds().tensors();
  }

  /** A column that somebody names has to be there, and there has to be something for the model. */
  private void requireUse(Path file) {
    values
        .names()
        .said()
        .forEach(
            (role, name) -> {
              if (!columns.contains(name)) {
                throw DemitasseException.badRequest(
                    String.format(
                        Locale.ROOT,
                        "%s has no column '%s' for %s; it has %s.",
                        file,
                        name,
                        role.field(),
                        String.join(", ", columns)));
              }
            });
    boolean media =
        (values.kinds().texts() && (has(Role.TEXT) || has(Role.TOKENS)))
            || (values.kinds().pictures() && has(Role.FILE));
    boolean numbers = !features.isEmpty() || columns.stream().anyMatch(this::isInput);
    if (!media && !numbers) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The first line of %s names nothing that this model takes, but %s. Say which column"
                  + " is what: --fields text=NAME,label=NAME, or file=NAME for pictures.",
              file,
              String.join(", ", columns)));
    }
  }

  private boolean isInput(String column) {
    return inputs().find(column).isPresent();
  }

  private boolean has(Role role) {
    return values.names().find(role, free()).isPresent();
  }

  /**
   * The columns that make the one input, a vector of numbers; none where that is not so.
   *
   * @param numbers columns that hold some
   */
  private List<String> vector(List<String> numbers) {
    List<DeclaredInputs.Input> required = inputs().required();
    if (required.size() != 1 || columns.stream().anyMatch(this::isInput)) {
      return List.of();
    }
    List<String> rest = new ArrayList<>(numbers);
    for (Role role : Role.values()) {
      values.names().find(role, new LinkedHashSet<>(columns)).ifPresent(rest::remove);
    }
    return required.getFirst().type() instanceof ValueType.OfTensor(DataType _, Shape shape)
            && shape != null
            && shape.rank() == 2
            && shape.dim(1) instanceof Dim.Fixed(long size)
            && size == rest.size()
        ? List.copyOf(rest)
        : List.of();
  }

  /** What each column is for that is for something. */
  private String told() {
    List<String> told = new ArrayList<>();
    for (Role role : Role.values()) {
      values
          .names()
          .find(role, free())
          .ifPresent(
              column ->
                  told.add(column.equals(role.field()) ? column : role.field() + " = " + column));
    }
    columns.stream().filter(this::isInput).map(name -> "input " + name).forEach(told::add);
    if (!features.isEmpty()) {
      told.add(inputs().required().getFirst().name() + " = " + String.join(", ", features));
    }
    return String.join("; ", told);
  }

  @Override
  public int longest() {
    return LONGEST;
  }

  @Override
  public LineSamples.Parsed parse(String id, String line) {
    List<String> cells = cells(line, form);
    if (cells.size() != columns.size()) {
      throw DemitasseException.badRequest(
          String.format(Locale.ROOT, "has %d columns, expected %d", cells.size(), columns.size()));
    }
    Fields given = Fields.NONE;
    for (int i = 0; i < cells.size(); i++) {
      String column = columns.get(i);
      Optional<DeclaredInputs.Input> input = inputs().find(column);
      if (input.isPresent()) {
        given = given.with(column, tensor(input.get(), cells.get(i)));
      } else if (!features.contains(column)) {
        given = given.with(column, cells.get(i));
      }
    }
    return values.parsed(id, features.isEmpty() ? given : withVector(given, cells));
  }

  @Override
  public void check(Sample sample, Consumer<String> notes) {
    values.check(sample, notes);
  }

  private Fields withVector(Fields given, List<String> cells) {
    double[] numbers =
        features.stream()
            .mapToDouble(column -> number(column, cells.get(columns.indexOf(column))))
            .toArray();
    return given.with(
        inputs().required().getFirst().name(),
        Tensor.ofNumbers(DataType.DOUBLE, new long[] {1, numbers.length}, numbers));
  }

  /** One value, of as many dimensions as the input has. */
  private static Tensor tensor(DeclaredInputs.Input input, String cell) {
    boolean typed = input.type() instanceof ValueType.OfTensor;
    DataType type =
        input.type() instanceof ValueType.OfTensor(DataType declared, Shape _)
            ? declared
            : DataType.DOUBLE;
    int rank =
        typed
                && input.type() instanceof ValueType.OfTensor(DataType _, Shape shape)
                && shape != null
            ? shape.rank()
            : 0;
    long[] sizes = new long[rank];
    Arrays.fill(sizes, 1);
    if (type == DataType.STRING) {
      return Tensor.ofStrings(
          sizes, List.of(cell.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    double number = number(input.name(), cell);
    return number == Math.rint(number) && Math.abs(number) < 1L << 53
        ? Tensor.ofLongs(sizes, (long) number)
        : Tensor.ofNumbers(DataType.DOUBLE, sizes, number);
  }

  private static double number(String column, String cell) {
    double number = parsed(cell);
    if (!Double.isFinite(number)) {
      throw DemitasseException.badRequest(
          "has no number in the column '" + column + "', but '" + cell + "'");
    }
    return number;
  }

  /** Not a number where a cell holds none. */
  private static double parsed(String cell) {
    try {
      return Double.parseDouble(cell.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * The values of a row.
   *
   * @throws DemitasseException (bad request) when quotes are not as they have to be
   */
  static List<String> cells(String row, TextLines.Form form) {
    List<String> cells = new ArrayList<>();
    int at = 0;
    while (at <= row.length()) {
      if (at < row.length() && row.charAt(at) == '"') {
        int end = closing(row, at + 1);
        cells.add(row.substring(at + 1, end).replace("\"\"", "\""));
        at = end + 1;
        if (at < row.length() && row.charAt(at) != form.separator()) {
          throw DemitasseException.badRequest("has text behind a value in quotes");
        }
      } else {
        int end = row.indexOf(form.separator(), at);
        end = end < 0 ? row.length() : end;
        cells.add(row.substring(at, end));
        at = end;
      }
      at++;
    }
    return cells;
  }

  /** The place of the quote that ends a value; one that is doubled stands for itself. */
  private static int closing(String row, int from) {
    for (int at = from; at < row.length(); at++) {
      if (row.charAt(at) == '"') {
        if (at + 1 == row.length() || row.charAt(at + 1) != '"') {
          return at;
        }
        at++;
      }
    }
    throw DemitasseException.badRequest("has a value in quotes that does not end");
  }
}
