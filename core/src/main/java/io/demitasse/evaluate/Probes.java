package io.demitasse.evaluate;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.data.WantedNumbers;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Inputs that a model without data is asked to take besides what was recorded, so that an exact
 * step that is right there alone is found out: other sizes of each open dimension, small and large
 * numbers, all of them negative, all zero, and the first and last rows of every table.
 *
 * @param workloads those that the original runs
 * @param leftOut how many others there were
 */
public record Probes(List<Workload> workloads, int leftOut) {
  /** Dimensions that are varied by themselves; further ones are varied all together only. */
  private static final int DIMENSIONS = 6;

  private static final double SMALL = .1;
  private static final double LARGE = 100;

  /**
   * Probes for one part.
   *
   * @param recorded inputs that the model has run on
   * @param file of the original
   */
  public static Probes of(
      Runtime runtime, Path file, Graph graph, Map<String, Tensor> recorded, long seed) {
    List<Workload> probes = values(graph, recorded);
    probes.addAll(sizes(graph, recorded, seed));
    List<Workload> taken = new ArrayList<>();
    try (Runtime.Session session =
        runtime.open(file, Runtime.SessionOptions.of(1).with(Runtime.Optimization.NONE))) {
      for (Workload probe : probes) {
        if (runs(session, probe)) {
          taken.add(probe);
        }
      }
    }
    return new Probes(List.copyOf(taken), probes.size() - taken.size());
  }

  private static boolean runs(Runtime.Session session, Workload probe) {
    try {
      session.run(probe.inputs(), (name, output) -> {});
      return true;
    } catch (DemitasseException e) {
      return false; // What the original does not take says nothing of a candidate.
    }
  }

  private static List<Workload> values(Graph graph, Map<String, Tensor> recorded) {
    List<Workload> probes = new ArrayList<>();
    add(probes, graph, recorded, "zeros and first rows", false, number -> 0);
    add(probes, graph, recorded, "negative numbers and last rows", true, n -> -Math.abs(n));
    add(probes, graph, recorded, "small numbers", false, number -> SMALL * number);
    add(probes, graph, recorded, "large numbers", true, number -> LARGE * number);
    return probes;
  }

  private static void add(
      List<Workload> probes,
      Graph graph,
      Map<String, Tensor> recorded,
      String name,
      boolean last,
      DoubleUnaryOperator number) {
    Map<String, long[]> sizes = new LinkedHashMap<>();
    recorded.forEach((input, tensor) -> sizes.put(input, tensor.sizes()));
    InferredShapes shapes = ShapeInference.infer(graph, sizes);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    recorded.forEach(
        (input, tensor) ->
            inputs.put(input, varied(graph.find(input), tensor, shapes, last, number)));
    boolean changed =
        recorded.entrySet().stream()
            .anyMatch(
                each ->
                    !Objects.requireNonNull(inputs.get(each.getKey()))
                        .contentEquals(each.getValue()));
    if (changed) {
      probes.add(new Workload(name, inputs));
    }
  }

  /** Masks let pass what they let pass, and indices into no table stay what they are. */
  private static Tensor varied(
      @Nullable Value input,
      Tensor tensor,
      InferredShapes shapes,
      boolean last,
      DoubleUnaryOperator number) {
    DataType type = tensor.dataType();
    if (input == null || input.name().toLowerCase(Locale.ROOT).contains("mask")) {
      return tensor;
    }
    int elements = Math.toIntExact(tensor.elementCount());
    double[] numbers = new double[elements];
    WantedNumbers wanted = WantedNumbers.of(input, shapes);
    if (wanted.exact() != null) {
      return tensor;
    }
    if (type == DataType.INT32 || type == DataType.INT64) {
      Arrays.fill(numbers, last ? wanted.most() : Math.max(0, wanted.least()));
      return wanted.isBounded() ? Tensor.ofNumbers(type, tensor.sizes(), numbers) : tensor;
    }
    if (!type.isFloatingPoint() || type.bits() < 16 || wanted.isBounded()) {
      return tensor;
    }
    double[] given = tensor.toDoubles();
    for (int i = 0; i < elements; i++) {
      numbers[i] = number.applyAsDouble(given[i]);
    }
    return Tensor.ofNumbers(type, tensor.sizes(), numbers);
  }

  /** Each open dimension at another size, then all of them. */
  private static List<Workload> sizes(Graph graph, Map<String, Tensor> recorded, long seed) {
    Map<String, Long> others = new LinkedHashMap<>();
    recorded.forEach(
        (name, tensor) -> {
          Value input = graph.find(name);
          if (input != null) {
            input.shape().ifPresent(shape -> open(name, shape, tensor, others));
          }
        });
    List<Workload> probes = new ArrayList<>();
    others.entrySet().stream()
        .limit(DIMENSIONS)
        .forEach(other -> made(graph, seed, Map.of(other.getKey(), other.getValue()), probes));
    if (others.size() > 1) {
      made(graph, seed, others, probes);
    }
    return probes;
  }

  private static void open(String input, Shape shape, Tensor tensor, Map<String, Long> others) {
    for (int axis = 0; axis < shape.rank() && shape.rank() == tensor.rank(); axis++) {
      long other = otherThan(tensor.size(axis));
      if (shape.dim(axis) instanceof Dim.Named(String name) && !name.contains("+")) {
        others.putIfAbsent(name, other);
      } else if (shape.dim(axis) instanceof Dim.Unknown) {
        others.putIfAbsent(input + "[" + axis + "]", other);
      }
    }
  }

  /** Smaller where halves are whole, so that probes are quick. */
  private static long otherThan(long size) {
    return size > 1 && size % 2 == 0 ? size / 2 : size + 1;
  }

  private static void made(Graph graph, long seed, Map<String, Long> sizes, List<Workload> probes) {
    try {
      if (SyntheticInputs.of(graph, seed, 1, sizes).get(0) instanceof Sample.Tensors made) {
        probes.add(new Workload(sizes.toString(), made.inputs()));
      }
    } catch (DemitasseException e) {
      return; // Sizes that nothing can be made up for are no probe.
    }
  }
}
