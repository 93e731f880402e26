package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.testkit.OperatorCalls;
import io.demitasse.torch.graph.TorchGraph;
import io.demitasse.torch.kernel.Call;
import io.demitasse.torch.kernel.Kernels;
import io.demitasse.torch.kernel.Tensors;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operator computes what the runtime computes, and its gradients are what differences say.
 */
final class KernelsTest {
  private static final double STEP = 1e-6;
  private static final int PLACES = 11;

  static Stream<Arguments> all() {
    return Stream.concat(OperatorCases.smooth(), OperatorCases.quantized()).map(KernelsTest::named);
  }

  static Stream<Arguments> smooth() {
    return OperatorCases.smooth().map(KernelsTest::named);
  }

  private static Arguments named(Model model) {
    return Arguments.of(
        TextGraph.print(model).lines().skip(2).collect(Collectors.joining(" ")), model);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void agreesWithTheRuntime(String text, Model model) {
    Map<String, Tensor> inputs = OperatorCalls.inputs(model);
    Map<String, Tensor> expected;
    try (Runtime.Session session =
        Ports.find()
            .runtime()
            .open(model, Runtime.SessionOptions.of(1).with(Runtime.Optimization.NONE))) {
      expected = session.run(inputs);
    }
    try (TorchGraph graph = graph(model, false);
        PointerScope _ = new PointerScope()) {
      Map<String, org.bytedeco.pytorch.Tensor> found =
          graph.run(torchInputs(inputs, false), outputs(model));
      expected.forEach(
          (name, tensor) -> {
            org.bytedeco.pytorch.Tensor computed = Objects.requireNonNull(found.get(name));
            assertThat(Tensors.sizes(computed)).as(text).isEqualTo(tensor.sizes());
            double[] numbers = tensor.toDoubles();
            double scale =
                Math.max(1, java.util.Arrays.stream(numbers).map(Math::abs).max().orElse(0));
            assertThat(Tensors.doubles(computed))
                .as(text)
                .containsExactly(numbers, within(1e-5 * scale));
          });
    }
  }

  /** In double precision, where a difference of two results still has ten digits. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("smooth")
  void gradientsAreDifferences(String text, Model model) {
    try (TorchGraph graph = graph(model, true);
        PointerScope _ = new PointerScope()) {
      Map<String, org.bytedeco.pytorch.Tensor> inputs =
          torchInputs(OperatorCalls.inputs(model), true);
      List<String> real =
          model.graph().inputs().stream()
              .filter(KernelsTest::isFloat)
              .map(Value::name)
              .filter(name -> !isOfMeaning(model, name))
              .toList();
      real.forEach(name -> inputs.get(name).requires_grad_(true));
      org.bytedeco.pytorch.Tensor sum = weighted(graph, model, inputs);
      if (!sum.requires_grad()) {
        assertThat(isSmooth(model)).as(text).isFalse();
        return;
      }
      sum.backward();
      for (String name : real) {
        org.bytedeco.pytorch.Tensor input = inputs.get(name);
        org.bytedeco.pytorch.Tensor gradient = input.grad();
        double[] told =
            gradient.defined() ? Tensors.doubles(gradient) : new double[(int) input.numel()];
        Map<Integer, Double> differences = differences(graph, model, inputs, name);
        differences.forEach(
            (place, difference) ->
                assertThat(told[place])
                    .as("%s by %s at %d", text, name, place)
                    .isCloseTo(difference, within(1e-5)));
      }
    }
  }

  /** What an operator takes for a probability or a variance, which a difference may not leave. */
  private static boolean isOfMeaning(Model model, String name) {
    Node last = model.graph().nodes().getLast();
    return Op.BATCH_NORMALIZATION.is(last) && (name.equals("m") || name.equals("v"));
  }

  private static boolean isSmooth(Model model) {
    Node last = model.graph().nodes().getLast();
    return Op.of(last)
        .map(
            op ->
                switch (op) {
                  case ADD, MUL, CONV, GEMM, MAT_MUL, SOFTMAX, LSTM, GRU, RELU -> true;
                  default -> false;
                })
        .orElse(false);
  }

  /** At some elements, evenly spread. */
  private static Map<Integer, Double> differences(
      TorchGraph graph, Model model, Map<String, org.bytedeco.pytorch.Tensor> inputs, String name) {
    double[] numbers = Tensors.doubles(inputs.get(name));
    long[] sizes = Tensors.sizes(inputs.get(name));
    Map<Integer, Double> differences = new HashMap<>();
    for (int k = 0; k < Math.min(PLACES, numbers.length); k++) {
      int place = (int) ((long) k * numbers.length / Math.min(PLACES, numbers.length));
      double[] sums = new double[2];
      for (int side = 0; side < 2; side++) {
        try (PointerScope _ = new PointerScope()) {
          double[] moved = numbers.clone();
          moved[place] += side == 0 ? STEP : -STEP;
          Map<String, org.bytedeco.pytorch.Tensor> changed = new HashMap<>(inputs);
          changed.put(name, Tensors.ofDoubles(moved).reshape(sizes));
          sums[side] = Tensors.number(weighted(graph, model, changed));
        }
      }
      differences.put(place, (sums[0] - sums[1]) / (2 * STEP));
    }
    return differences;
  }

  /** The sum of all outputs that are floats, each element times a number of its own. */
  private static org.bytedeco.pytorch.Tensor weighted(
      TorchGraph graph, Model model, Map<String, org.bytedeco.pytorch.Tensor> inputs) {
    Map<String, org.bytedeco.pytorch.Tensor> outputs = graph.run(inputs, outputs(model));
    org.bytedeco.pytorch.Tensor sum = Tensors.ofDoubles(0).reshape(new long[0]);
    Random random = new Random(3);
    for (String name : outputs(model)) {
      org.bytedeco.pytorch.Tensor output = outputs.get(name);
      double[] weights = random.doubles(output.numel(), -1, 1).toArray();
      if (Tensors.isFloat(output)) {
        sum = sum.add(output.mul(Tensors.ofDoubles(weights).reshape(Tensors.sizes(output))).sum());
      }
    }
    return sum;
  }

  private static TorchGraph graph(Model model, boolean doubles) {
    return new TorchGraph(
        model, Set.of(), Set.of(), new Call.Setting(doubles, false, false, model.opset()));
  }

  private static Set<String> outputs(Model model) {
    return model.graph().outputs().stream()
        .map(Value::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static boolean isFloat(Value value) {
    return value.dataType().orElseThrow().isFloatingPoint();
  }

  private static Map<String, org.bytedeco.pytorch.Tensor> torchInputs(
      Map<String, Tensor> inputs, boolean doubles) {
    Map<String, org.bytedeco.pytorch.Tensor> converted = new HashMap<>();
    inputs.forEach((name, tensor) -> converted.put(name, Tensors.of(tensor, doubles)));
    return converted;
  }

  @Test
  void everyKernelIsTried() {
    Set<Op> tried = EnumSet.noneOf(Op.class);
    Stream.concat(OperatorCases.smooth(), OperatorCases.quantized())
        .forEach(
            model ->
                model.forEachGraph(
                    graph -> graph.nodes().forEach(node -> Op.of(node).ifPresent(tried::add))));
    List<Op> untried = new ArrayList<>();
    for (Op op : Op.values()) {
      if (Kernels.has(op) && !tried.contains(op)) {
        untried.add(op);
      }
    }
    assertThat(untried).isEmpty();
  }
}
