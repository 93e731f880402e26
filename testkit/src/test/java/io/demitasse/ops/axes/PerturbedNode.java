package io.demitasse.ops.axes;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.testkit.OperatorCalls;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;

/** The last node of a model, run on inputs that are changed along one axis. */
final class PerturbedNode implements AutoCloseable {
  private final Node node;
  private final Runtime.Session session;
  private final Map<String, Tensor> inputs;

  PerturbedNode(Model model) {
    node = model.graph().nodes().getLast();
    node.presentOutputs().stream()
        .filter(output -> !output.isOutput())
        .forEach(model.graph()::addOutput);
    inputs = OperatorCalls.inputs(model);
    session =
        Ports.find()
            .runtime()
            .open(model, Runtime.SessionOptions.of(1).with(Runtime.Optimization.NONE));
  }

  Map<String, Tensor> inputs() {
    return new HashMap<>(inputs);
  }

  Map<String, Tensor> run(Map<String, Tensor> changed) {
    return session.run(changed);
  }

  /** Whether an axis is one of what the graph is given, and not of a constant. */
  boolean isGiven(Axis axis) {
    return inputs.containsKey(value(axis).name());
  }

  Value value(Axis axis) {
    return axis.isOutput()
        ? Objects.requireNonNull(node.output(axis.position()))
        : node.requiredInput(axis.position());
  }

  /** The inputs with all elements at some indices along an axis changed, so that outputs do too. */
  Map<String, Tensor> perturbed(Map<String, Tensor> from, Axis axis, Set<Integer> indices) {
    boolean real = value(axis).dataType().orElseThrow().isFloatingPoint();
    double sum = 2 * OperatorCalls.least(value(axis)) + 1;
    return mapped(
        from,
        axis,
        indices,
        Op.IS_NAN.is(node)
            ? _ -> Double.NaN
            : Op.IS_INF.is(node)
                ? _ -> Double.POSITIVE_INFINITY
                : real ? x -> -1.7 * x - 0.3 : x -> sum - x);
  }

  Map<String, Tensor> zeroed(Axis axis, Set<Integer> indices) {
    return mapped(inputs, axis, indices, _ -> 0);
  }

  private Map<String, Tensor> mapped(
      Map<String, Tensor> from, Axis axis, Set<Integer> indices, DoubleUnaryOperator change) {
    Map<String, Tensor> result = new HashMap<>(from);
    result.computeIfPresent(
        value(axis).name(),
        (_, tensor) -> {
          double[] numbers = doubles(tensor);
          for (int i = 0; i < numbers.length; i++) {
            if (indices.contains(index(tensor, axis.axis(), i))) {
              numbers[i] = change.applyAsDouble(numbers[i]);
            }
          }
          return Tensor.ofNumbers(tensor.dataType(), tensor.sizes(), numbers);
        });
    return result;
  }

  /** Which indices along an axis of an output differ in two runs. */
  Set<Integer> changed(Axis axis, Map<String, Tensor> one, Map<String, Tensor> other) {
    Tensor before = one.get(value(axis).name());
    double[] left = doubles(before);
    double[] right = doubles(other.get(value(axis).name()));
    Set<Integer> changed = new TreeSet<>();
    for (int i = 0; i < left.length; i++) {
      if (left[i] != right[i] && !(Double.isNaN(left[i]) && Double.isNaN(right[i]))) {
        changed.add(index(before, axis.axis(), i));
      }
    }
    return changed;
  }

  boolean differ(Map<String, Tensor> one, Map<String, Tensor> other) {
    return node.presentOutputs().stream()
        .anyMatch(output -> !one.get(output.name()).contentEquals(other.get(output.name())));
  }

  /** A tensor with its indices along an axis moved to other places. */
  static Tensor moved(Tensor tensor, int axis, int[] places) {
    double[] numbers = doubles(tensor);
    double[] moved = new double[numbers.length];
    int inner = inner(tensor, axis);
    for (int i = 0; i < numbers.length; i++) {
      int index = index(tensor, axis, i);
      moved[i + (places[index] - index) * inner] = numbers[i];
    }
    return Tensor.ofNumbers(tensor.dataType(), tensor.sizes(), moved);
  }

  private static int index(Tensor tensor, int axis, int place) {
    return (int) (place / inner(tensor, axis) % tensor.size(axis));
  }

  private static int inner(Tensor tensor, int axis) {
    int inner = 1;
    for (int i = axis + 1; i < tensor.rank(); i++) {
      inner *= (int) tensor.size(i);
    }
    return inner;
  }

  private static double[] doubles(Tensor tensor) {
    if (tensor.dataType().isFloatingPoint()) {
      return tensor.toDoubles();
    }
    return Arrays.stream(tensor.toLongs()).asDoubleStream().toArray();
  }

  @Override
  public void close() {
    session.close();
  }
}
