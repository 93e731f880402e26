package io.demitasse.train;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A curve as tensors, P points of C columns each. Whoever wrote them is not trusted.
 *
 * <pre>
 *   curve/columns  string[C]    step, rate, objective; then learned/TERM and judged/TERM
 *   curve/values   double[P,C]
 *   curve/known    bool[P,C]    false where a point has no such number, its value 0
 *   curve/best     int64[]      the step that was kept
 *   curve/end      string[1|2]  a {@link Trained.End}, and a sentence where there is one
 * </pre>
 */
final class StoredCurve {
  private static final String COLUMNS = "curve/columns";
  private static final String VALUES = "curve/values";
  private static final String KNOWN = "curve/known";
  private static final String BEST = "curve/best";
  private static final String END = "curve/end";

  private static final List<String> OF_EVERY_POINT = List.of("step", "rate", "objective");

  /** Of a training that is judged at each of its steps, of which few have more than thousands. */
  private static final long MOST_VALUES = 1 << 24;

  private static final String LEARNED = "learned/";
  private static final String JUDGED = "judged/";

  static final Map<String, ValueType.OfTensor> TYPES =
      Map.of(
          COLUMNS, type(DataType.STRING, Dim.UNKNOWN),
          VALUES, type(DataType.DOUBLE, Dim.UNKNOWN, Dim.UNKNOWN),
          KNOWN, type(DataType.BOOL, Dim.UNKNOWN, Dim.UNKNOWN),
          BEST, type(DataType.INT64),
          END, type(DataType.STRING, Dim.UNKNOWN));

  private static ValueType.OfTensor type(DataType type, Dim... dims) {
    return new ValueType.OfTensor(type, new Shape(List.of(dims)));
  }

  // ---- Writing

  static Map<String, Tensor> tensors(Curve curve) {
    List<String> columns = columns(curve.points());
    int count = curve.points().size() * columns.size();
    double[] values = new double[count];
    byte[] known = new byte[count];
    int place = 0;
    for (Point point : curve.points()) {
      Map<String, Double> row = row(point);
      for (String column : columns) {
        Double value = row.get(column);
        values[place] = value == null ? 0 : value;
        known[place] = (byte) (value == null ? 0 : 1);
        place++;
      }
    }
    long[] sizes = {curve.points().size(), columns.size()};
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(COLUMNS, texts(columns));
    tensors.put(VALUES, Tensor.ofNumbers(DataType.DOUBLE, sizes, values));
    tensors.put(KNOWN, Tensor.ofBytes(DataType.BOOL, sizes, known));
    tensors.put(BEST, Tensor.scalar((long) curve.best()));
    tensors.put(
        END, texts(Stream.concat(Stream.of(curve.end().name()), curve.why().stream()).toList()));
    return tensors;
  }

  private static List<String> columns(List<Point> points) {
    List<String> columns = new ArrayList<>(OF_EVERY_POINT);
    columns.addAll(terms(points, Point::learned, LEARNED));
    columns.addAll(terms(points, Point::judged, JUDGED));
    return columns;
  }

  private static Collection<String> terms(
      List<Point> points, Function<Point, Map<String, Double>> values, String prefix) {
    Collection<String> terms = new TreeSet<>();
    points.forEach(point -> values.apply(point).keySet().forEach(term -> terms.add(prefix + term)));
    return terms;
  }

  private static Map<String, Double> row(Point point) {
    Map<String, Double> row = new TreeMap<>();
    row.put("step", (double) point.step());
    row.put("rate", point.rate());
    row.put("objective", point.objective());
    point.learned().forEach((term, value) -> row.put(LEARNED + term, value));
    point.judged().forEach((term, value) -> row.put(JUDGED + term, value));
    return row;
  }

  private static Tensor texts(List<String> texts) {
    return Tensor.ofStrings(
        new long[] {texts.size()},
        texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  // ---- Reading

  private final Map<String, Tensor> stored;

  StoredCurve(Map<String, Tensor> stored) {
    this.stored = stored;
  }

  Curve curve(String part) {
    List<String> columns = texts(COLUMNS);
    require(columns.containsAll(OF_EVERY_POINT), "its columns are " + columns);
    require(new HashSet<>(columns).size() == columns.size(), "two columns have one name");
    List<Point> points = points(columns);
    List<String> end = texts(END);
    require(end.size() == 1 || end.size() == 2, "its end has " + end.size() + " texts");
    return new Curve(
        part,
        points,
        step((double) tensor(BEST).toLongs()[0]),
        end(end.getFirst()),
        end.stream().skip(1).findFirst());
  }

  private List<Point> points(List<String> columns) {
    Tensor values = tensor(VALUES);
    Tensor known = tensor(KNOWN);
    require(values.size(1) == columns.size(), values + " for " + columns.size() + " columns");
    require(
        Arrays.equals(values.sizes(), known.sizes()),
        "its values are " + values + ", not " + known);
    require(values.elementCount() <= MOST_VALUES, "it has " + values.elementCount() + " values");
    double[] numbers = values.toDoubles();
    long[] told = known.toLongs();
    List<Point> points = new ArrayList<>();
    for (int from = 0; from < numbers.length; from += columns.size()) {
      Map<String, Double> row = new TreeMap<>();
      for (int column = 0; column < columns.size(); column++) {
        if (told[from + column] != 0) {
          row.put(columns.get(column), numbers[from + column]);
        }
      }
      Point point = point(row);
      require(
          points.isEmpty() || points.getLast().step() < point.step(),
          "step " + point.step() + " comes too late");
      points.add(point);
    }
    return points;
  }

  private static Point point(Map<String, Double> row) {
    return new Point(
        step(number(row, "step")),
        number(row, "rate"),
        terms(row, LEARNED),
        terms(row, JUDGED),
        number(row, "objective"),
        0);
  }

  private static double number(Map<String, Double> row, String column) {
    Double value = row.get(column);
    if (value == null) {
      throw unfit("a point has no " + column);
    }
    return value;
  }

  private static Map<String, Double> terms(Map<String, Double> row, String prefix) {
    Map<String, Double> terms = new TreeMap<>();
    row.forEach(
        (column, value) -> {
          if (column.startsWith(prefix)) {
            terms.put(column.substring(prefix.length()), value);
          }
        });
    return terms;
  }

  private static int step(double step) {
    require(step >= 0 && step == (int) step, "there is a step " + step);
    return (int) step;
  }

  private static Trained.End end(String name) {
    return Stream.of(Trained.End.values())
        .filter(end -> end.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unfit("it ends for '" + name + "'"));
  }

  private List<String> texts(String name) {
    return tensor(name).strings().stream()
        .map(text -> new String(text, StandardCharsets.UTF_8))
        .toList();
  }

  /** A tensor of the type that is expected of its name. */
  private Tensor tensor(String name) {
    ValueType.OfTensor type = TYPES.get(name);
    Tensor tensor = stored.get(name);
    if (tensor == null) {
      throw unfit("there is no tensor '" + name + "'");
    }
    boolean fits =
        type != null
            && type.shape() != null
            && tensor.dataType() == type.dataType()
            && tensor.rank() == type.shape().rank();
    require(fits, "'" + name + "' is " + tensor + ", expected " + type);
    return tensor;
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw unfit(problem);
    }
  }

  private static DemitasseException unfit(String problem) {
    return DemitasseException.badRequest(
        "The curve of a training cannot be read: "
            + problem
            + ". Take the file that was written with the recipe.");
  }
}
