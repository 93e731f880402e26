package io.demitasse.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Inputs made up from names, types and ranges, for models without data: weak evidence, labeled as
 * such.
 *
 * <p>Numbers that tell an operator where to look, how much to take or how long something is are
 * what it can take: indices stay inside the table they look up, lengths inside what they are
 * lengths of. Masks let everything pass; states begin at zero; a model is not told to use a cache
 * that is empty; pictures and audio are uniform in [-1, 1]; other numbers are Gaussian. Every
 * sample follows from the seed and its place alone.
 */
public final class SyntheticInputs implements Samples {
  private static final long OTHER_INDICES = 100;
  private static final double SAMPLE_RATE = 16_000;

  private final Graph graph;
  private final long seed;
  private final int count;
  private final Map<String, long[]> shapes;
  private final Map<String, WantedNumbers> wanted = new HashMap<>();

  private SyntheticInputs(Graph graph, long seed, int count, Map<String, long[]> shapes) {
    this.graph = graph;
    this.seed = seed;
    this.count = count;
    this.shapes = shapes;
    InferredShapes inferred = ShapeInference.infer(graph, shapes);
    for (Value input : InputShapes.required(graph)) {
      wanted.put(input.name(), WantedNumbers.of(input, inferred));
    }
  }

  /**
   * Samples for a graph, each made when it is asked for.
   *
   * @param sizes sizes of open dimensions that are not to be guessed, as {@link InputShapes} takes
   *     them
   * @throws DemitasseException (bad request) when a size is of no open dimension, or an input is no
   *     tensor
   */
  public static Samples of(Graph graph, long seed, int count, Map<String, Long> sizes) {
    if (count < 1) {
      throw DemitasseException.badRequest(
          "At least 1 synthetic sample must be asked for, got " + count + ".");
    }
    return new SyntheticInputs(graph, seed, count, InputShapes.of(graph, sizes));
  }

  @Override
  public String name() {
    return "synthetic inputs of seed " + seed;
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public boolean synthetic() {
    return true;
  }

  @Override
  public Sample get(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("there are " + count + " samples, no sample " + index);
    }
    Random random = new Random(seed * 1_000_003 + index);
    List<Value> inputs = InputShapes.required(graph);
    boolean hasSampleRate = inputs.stream().anyMatch(InputRole::isSampleRate);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Value input : inputs) {
      tensors.put(input.name(), tensor(input, InputRole.of(input, hasSampleRate), random));
    }
    return new Sample.Tensors("synthetic " + (index + 1), tensors);
  }

  private Tensor tensor(Value input, InputRole role, Random random) {
    DataType type = input.dataType().orElseThrow();
    long[] sizes = shapes.get(input.name());
    if (sizes == null) {
      throw new IllegalStateException(
          "input '" + input.name() + "' has been added since the shapes were chosen");
    }
    int elements = Math.toIntExact(Tensor.elementCount(sizes));
    if (role == InputRole.TEXT) {
      List<byte[]> words =
          IntStream.range(0, elements)
              .mapToObj(i -> ("word " + i).getBytes(StandardCharsets.UTF_8))
              .toList();
      return Tensor.ofStrings(sizes, words);
    }
    IntToDoubleFunction number = numbers(input, role, sizes, random);
    return Tensor.ofNumbers(
        type, sizes, IntStream.range(0, elements).mapToDouble(number).toArray());
  }

  /** The number at each place, in order. */
  private IntToDoubleFunction numbers(Value input, InputRole role, long[] sizes, Random random) {
    WantedNumbers limits = wanted.getOrDefault(input.name(), WantedNumbers.ANY);
    if (limits.exact() != null) {
      return limits.exact()::at;
    }
    return switch (role) {
      case TOKENS, INTEGERS -> {
        long from = (long) Math.max(0, limits.least());
        yield _ -> random.nextLong(from, Math.max(from, last(limits, OTHER_INDICES - 1)) + 1);
      }
      case MASK -> _ -> 1;
      case FLAG -> _ -> InputRole.isOfCache(input) && hasEmptyCache() ? 0 : 1;
      case TOKEN_TYPES, STATE, TEXT -> _ -> 0;
      case POSITIONS -> {
        int count = sizes.length == 0 ? 1 : (int) sizes[sizes.length - 1];
        yield i -> i % count % (last(limits, count - 1L) + 1);
      }
      case SAMPLE_RATE -> _ -> SAMPLE_RATE;
      case IMAGE, AUDIO ->
          input.dataType().orElseThrow().isFloatingPoint()
              ? _ -> random.nextDouble(-1, 1)
              : _ -> random.nextInt(256);
      case NUMBERS ->
          limits.isBounded()
              ? _ -> random.nextDouble(limits.least(), Math.nextUp(limits.most()))
              : _ -> random.nextGaussian();
    };
  }

  /** The largest number that may be given, or another one where there is no limit. */
  private static long last(WantedNumbers limits, long otherwise) {
    return limits.most() < Long.MAX_VALUE / 2.0 ? (long) limits.most() : otherwise;
  }

  private boolean hasEmptyCache() {
    return shapes.values().stream().anyMatch(sizes -> Tensor.elementCount(sizes) == 0);
  }
}
