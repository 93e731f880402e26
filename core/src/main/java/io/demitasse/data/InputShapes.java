package io.demitasse.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.Op;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Sizes for the open dimensions of a graph's inputs, where nobody says which.
 *
 * <p>What {@link #of} gives is where to begin: {@link #attempts} lists what to try where a model
 * does not take that.
 *
 * <p>Equal names get equal sizes. A batch is 1; a sequence of tokens 32; a picture 224 x 224, or
 * 640 x 640 where the model gives back a picture, or a line of text of 48 x 320 where it gives back
 * a sequence of probabilities; audio is one frame of 512 samples beside a sample rate, otherwise a
 * second of 16,000; what has passed before is empty.
 */
public final class InputShapes {
  private static final long TOKENS = 32;
  private static final long PICTURE = 224;
  private static final long LARGE_PICTURE = 640;
  private static final long LINE_HEIGHT = 48;
  private static final long LINE_WIDTH = 320;
  private static final long FRAME = 512;
  private static final long SECOND = 16_000;
  private static final List<String> TIME = List.of("seq", "time", "frame", "len", "steps");

  private static final int LONGEST_NUMBER = 9;

  private final Graph graph;
  private final Map<String, Long> sizes;
  private final Map<String, Long> chosen = new LinkedHashMap<>();
  private final TreeSet<String> open = new TreeSet<>();
  private final Map<String, SizeLadder> ladders = new LinkedHashMap<>();
  private final boolean hasSampleRate;

  private InputShapes(Graph graph, Map<String, Long> sizes) {
    this.graph = graph;
    this.sizes = sizes;
    this.hasSampleRate = required(graph).stream().anyMatch(InputRole::isSampleRate);
  }

  /**
   * The sizes of every input that must be given, in the order of the graph.
   *
   * @param sizes sizes by the name of a dimension, or by input and axis, such as {@code x[2]}, for
   *     one without a name
   * @throws DemitasseException (bad request) when a size is of no open dimension, or an input is no
   *     tensor
   */
  public static Map<String, long[]> of(Graph graph, Map<String, Long> sizes) {
    return new InputShapes(graph, sizes).resolved();
  }

  /**
   * Sizes to try, the usual ones first: what {@link #of} takes, the given sizes included. Then what
   * a model that refuses those may want: sizes of one kind smaller and larger, of all kinds, and of
   * single dimensions; a few dozen, the same every time.
   *
   * @param hints sizes that are tried before all others of the ladders, such as those that a
   *     refusal speaks of
   */
  public static List<Map<String, Long>> attempts(
      Graph graph, Map<String, Long> sizes, List<Long> hints) {
    InputShapes shapes = new InputShapes(graph, sizes);
    shapes.resolved();
    return SizeLadder.attempts(shapes.ladders, hints).stream()
        .map(
            tried -> {
              Map<String, Long> all = new LinkedHashMap<>(sizes);
              all.putAll(tried);
              return all;
            })
        .toList();
  }

  private Map<String, long[]> resolved() {
    Map<String, long[]> resolved = new LinkedHashMap<>();
    for (Value input : required(graph)) {
      resolved.put(input.name(), resolve(input));
    }
    requireAllKnown();
    return resolved;
  }

  /** The inputs that have no default. */
  static List<Value> required(Graph graph) {
    return graph.inputs().stream().filter(input -> input.initializer() == null).toList();
  }

  private void requireAllKnown() {
    for (Map.Entry<String, Long> entry : sizes.entrySet()) {
      if (!open.contains(entry.getKey())) {
        throw DemitasseException.badRequest(
            "No input has an open dimension '"
                + entry.getKey()
                + "' to be "
                + entry.getValue()
                + (open.isEmpty()
                    ? "; all are fixed."
                    : "; open are: " + String.join(", ", open) + "."));
      }
      if (entry.getValue() < 0) {
        throw DemitasseException.badRequest(
            "Dimension '"
                + entry.getKey()
                + "' cannot be "
                + entry.getValue()
                + "; give a size of at least 0.");
      }
    }
  }

  private long[] resolve(Value input) {
    if (!(input.type() instanceof ValueType.OfTensor)) {
      throw DemitasseException.badRequest(
          "Input '"
              + input.name()
              + "' is "
              + (input.type() == null ? "of unknown type" : input.type())
              + ": no inputs can be made up for it; give data.");
    }
    Shape shape = input.shape().orElse(Shape.of());
    InputRole role = InputRole.of(input, hasSampleRate);
    long[] resolved = new long[shape.rank()];
    for (int axis = 0; axis < resolved.length; axis++) {
      resolved[axis] = size(input, role, shape, axis);
    }
    return resolved;
  }

  private long size(Value input, InputRole role, Shape shape, int axis) {
    return switch (shape.dim(axis)) {
      case Dim.Fixed(long size) -> size;
      case Dim.Named(String name) -> {
        open.add(name);
        yield chosen.computeIfAbsent(name, _ -> named(name, role, shape, axis));
      }
      case Dim.Unknown _ -> {
        String place = input.name() + "[" + axis + "]";
        open.add(place);
        Long given = sizes.get(place);
        yield given == null ? laddered(place, role, shape, axis) : given;
      }
    };
  }

  private long named(String name, InputRole role, Shape shape, int axis) {
    Long given = sizes.get(name);
    if (given != null) {
      return given;
    }
    if (name.contains("+")) {
      return Arrays.stream(name.split("\\+"))
          .map(String::strip)
          .mapToLong(part -> isNumber(part) ? Long.parseLong(part) : part(part, role, shape, axis))
          .sum();
    }
    String plain = name.toLowerCase(Locale.ROOT);
    if (plain.contains("batch") || plain.equals("b") || (plain.equals("n") && axis == 0)) {
      ladders.put(name, SizeLadder.OF_BATCH);
      return 1;
    }
    if (plain.contains("past")) {
      ladders.put(name, SizeLadder.OF_PAST);
      return 0;
    }
    return laddered(name, role, shape, axis);
  }

  /** Whether a part of a name is a number that is a size. */
  private static boolean isNumber(String part) {
    return !part.isEmpty()
        && part.length() <= LONGEST_NUMBER
        && part.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private long part(String name, InputRole role, Shape shape, int axis) {
    return chosen.containsKey(name) ? chosen.get(name) : named(name, role, shape, axis);
  }

  private long laddered(String name, InputRole role, Shape shape, int axis) {
    long size = isOfTime(name, role) ? TOKENS : byPlace(role, shape, axis);
    if (role == InputRole.IMAGE && axis > 0) {
      ladders.put(name, SizeLadder.ofPicture(size));
    } else if (axis > 0 || shape.rank() == 1 || isOfTime(name, role)) {
      ladders.put(name, SizeLadder.ofLength(size));
    } else {
      ladders.put(name, SizeLadder.OF_BATCH);
    }
    return size;
  }

  /** Whether a dimension of plain numbers is named as steps in time are. */
  private static boolean isOfTime(String name, InputRole role) {
    String plain = name.toLowerCase(Locale.ROOT);
    boolean named = plain.equals("t") || TIME.stream().anyMatch(plain::startsWith);
    return named && (role == InputRole.NUMBERS || role == InputRole.INTEGERS);
  }

  private long byPlace(InputRole role, Shape shape, int axis) {
    return switch (role) {
      case TOKENS, MASK, TOKEN_TYPES, POSITIONS -> axis == 0 && shape.rank() > 1 ? 1 : TOKENS;
      case IMAGE -> ofPicture(shape, axis);
      case AUDIO -> axis < shape.rank() - 1 ? 1 : hasSampleRate ? FRAME : SECOND;
      case STATE, SAMPLE_RATE, FLAG, TEXT -> 1;
      case INTEGERS, NUMBERS -> axis == 0 ? 1 : TOKENS;
    };
  }

  private long ofPicture(Shape shape, int axis) {
    if (axis == 0) {
      return 1;
    }
    boolean channelsLast = shape.dim(3) instanceof Dim.Fixed(long last) && last <= 4;
    int height = channelsLast ? 1 : 2;
    if (axis != height && axis != height + 1) {
      return 3;
    }
    if (shape.dim(height) instanceof Dim.Fixed || readsLines()) {
      return axis == height ? LINE_HEIGHT : LINE_WIDTH;
    }
    return givesRank(4) ? LARGE_PICTURE : PICTURE;
  }

  /** Whether the model tells probabilities of signs along a line, {@code [N, places, signs]}. */
  private boolean readsLines() {
    return givesRank(3)
        && graph.outputs().stream()
            .map(Value::producer)
            .anyMatch(node -> node != null && (Op.SOFTMAX.is(node) || Op.LOG_SOFTMAX.is(node)));
  }

  private boolean givesRank(int rank) {
    return graph.outputs().stream()
        .flatMap(output -> output.shape().stream())
        .anyMatch(shape -> shape.rank() == rank);
  }
}
