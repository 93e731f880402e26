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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * @param vector what makes the one input together
 */
record Table(
    NamedValues values, TextLines.Form form, List<String> columns, int header, Vector vector)
    implements LineSamples.Parser {
  private static final int LONGEST = 1 << 24;

  /** How many columns are named in a sentence. */
  private static final int SHOWN = 6;

  /**
   * Columns that make the one input together.
   *
   * @param places of these columns, in order; empty where none do
   * @param sizes of the input for one sample
   */
  private record Vector(Set<Integer> places, List<Long> sizes) {
    static final Vector NONE = new Vector(Set.of(), List.of());
  }

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

  /** What stands in the first line of a file between tabs. */
  static List<String> firstLine(Path file) {
    return List.of(first(file, TextLines.Form.TABS).getFirst().text().split("\t", -1));
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
    List<String> columns = TableRow.cells(line.text(), form).stream().map(String::strip).toList();
    if (new HashSet<>(columns).size() < columns.size()) {
      throw DemitasseException.badRequest(
          file + " names two columns alike in line " + line.number() + ": " + columns + ".");
    }
    Table plain = new Table(values, form, columns, line.number(), Vector.NONE);
    Vector vector = plain.vector(lines.size() > 1 ? lines.getLast().text() : "");
    Table table = new Table(values, form, columns, line.number(), vector);
    table.requireUse(file);
    return table;
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
        .filter(name -> inputs().find(name).isEmpty())
        .filter(name -> vector.places().isEmpty() || !named().contains(name))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The columns that make the one input. */
  private List<String> named() {
    return vector.places().stream().map(columns::get).toList();
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
            || (values.kinds().files() && has(Role.FILE));
    boolean numbers = !vector.places().isEmpty() || columns.stream().anyMatch(this::isInput);
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
   * What makes the one input of numbers: as many columns as it has elements, whose first value is a
   * number and that are for nothing else.
   *
   * @param row the first
   */
  private Vector vector(String row) {
    List<DeclaredInputs.Input> required = inputs().required();
    if (required.size() != 1 || columns.stream().anyMatch(this::isInput)) {
      return Vector.NONE;
    }
    List<Long> sizes = sizes(required.getFirst());
    Set<Integer> numbers = numbers(row);
    for (Role role : Role.values()) {
      values.names().find(role, free()).map(columns::indexOf).ifPresent(numbers::remove);
    }
    long elements = sizes.stream().reduce(1L, (a, b) -> a * b);
    return !sizes.isEmpty() && elements == numbers.size()
        ? new Vector(numbers, sizes)
        : Vector.NONE;
  }

  /** Sizes of an input for one sample; none where they are not fixed. */
  private static List<Long> sizes(DeclaredInputs.Input input) {
    if (!(input.type() instanceof ValueType.OfTensor(DataType _, Shape shape))
        || shape == null
        || shape.rank() < 2) {
      return List.of();
    }
    List<Long> sizes = new ArrayList<>(List.of(1L));
    for (int axis = 1; axis < shape.rank(); axis++) {
      if (!(shape.dim(axis) instanceof Dim.Fixed(long size)) || size > LONGEST) {
        return List.of();
      }
      sizes.add(size);
    }
    return sizes;
  }

  /** Places of columns that hold numbers in a row, but for those that count rows. */
  private Set<Integer> numbers(String row) {
    try {
      List<String> cells = TableRow.cells(row, form);
      return IntStream.range(0, Math.min(columns.size(), cells.size()))
          .filter(i -> !COUNTING.contains(columns.get(i).toLowerCase(Locale.ROOT)))
          .filter(i -> Double.isFinite(parsed(cells.get(i))))
          .boxed()
          .collect(Collectors.toCollection(LinkedHashSet::new));
    } catch (DemitasseException e) {
      // It is told when the row is read as a sample.
      return new LinkedHashSet<>();
    }
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
    if (!vector.places().isEmpty()) {
      told.add(inputs().required().getFirst().name() + " = " + listed(named()));
    }
    return String.join("; ", told);
  }

  private static String listed(List<String> names) {
    return names.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }

  @Override
  public int longest() {
    return LONGEST;
  }

  @Override
  public LineSamples.Parsed parse(String id, String line) {
    List<String> cells = TableRow.cells(line, form);
    if (cells.size() != columns.size()) {
      throw DemitasseException.badRequest(
          String.format(Locale.ROOT, "has %d columns, expected %d", cells.size(), columns.size()));
    }
    Map<String, Tensor> given = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      if (!vector.places().contains(i)) {
        String column = columns.get(i);
        String cell = cells.get(i);
        given.put(
            column,
            inputs()
                .find(column)
                .map(input -> tensor(input, cell))
                .orElseGet(() -> strings(new long[0], cell)));
      }
    }
    if (!vector.places().isEmpty()) {
      given.put(inputs().required().getFirst().name(), joined(cells));
    }
    return values.parsed(id, new Fields(given));
  }

  @Override
  public void check(Sample sample, Consumer<String> notes) {
    values.check(sample, notes);
  }

  private Tensor joined(List<String> cells) {
    double[] numbers =
        vector.places().stream()
            .mapToDouble(place -> number(columns.get(place), cells.get(place)))
            .toArray();
    long[] sizes = vector.sizes().stream().mapToLong(Long::longValue).toArray();
    return Tensor.ofNumbers(DataType.DOUBLE, sizes, numbers);
  }

  private static Tensor strings(long[] sizes, String cell) {
    return Tensor.ofStrings(sizes, List.of(cell.getBytes(StandardCharsets.UTF_8)));
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
      return strings(sizes, cell);
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
}
