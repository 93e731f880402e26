package io.demitasse.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Verifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GraphGeneratorTest {

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void modelsAreWellFormedAndCompute(long seed) {
    Model model = GraphGenerator.model(seed);
    assertThat(Verifier.problems(model)).isEmpty();

    Map<String, Tensor> inputs =
        ((Sample.Tensors) SyntheticInputs.of(model.graph(), seed, 1, Map.of()).get(0)).inputs();
    Map<String, Tensor> outputs = Numbers.run(model, inputs);

    outputs.forEach(
        (name, tensor) -> {
          double[] numbers = tensor.toDoubles();
          assertThat(Arrays.stream(numbers).allMatch(Double::isFinite)).as(name).isTrue();
          assertThat(Arrays.stream(numbers).map(Math::abs).max().orElse(0))
              .as(name)
              .isBetween(1e-3, 1e5);
        });
  }

  @Test
  void theSeedDecidesEverything() {
    assertThat(TextGraph.print(GraphGenerator.model(5)))
        .isEqualTo(TextGraph.print(GraphGenerator.model(5)));
    assertThat(TextGraph.print(GraphGenerator.model(7)))
        .isNotEqualTo(TextGraph.print(GraphGenerator.model(5)));
  }

  @Test
  void manySeedsReachEveryOperatorAndOperatorSet() {
    Set<String> operators = new TreeSet<>();
    Set<Long> opsets = new TreeSet<>();
    seeds()
        .forEach(
            seed -> {
              Model model = GraphGenerator.model(seed);
              opsets.add(model.opset());
              model.forEachNode(node -> operators.add(node.opType()));
            });

    assertThat(opsets).containsExactly(9L, 11L, 13L, 17L, 21L);
    assertThat(operators)
        .containsExactly(
            "Abs",
            "Add",
            "AveragePool",
            "BatchNormalization",
            "Cast",
            "Clip",
            "Concat",
            "Constant",
            "Conv",
            "Div",
            "Dropout",
            "Erf",
            "Flatten",
            "Gather",
            "Gemm",
            "GlobalAveragePool",
            "HardSigmoid",
            "Identity",
            "If",
            "LayerNormalization",
            "LeakyRelu",
            "MatMul",
            "MaxPool",
            "Mul",
            "Pad",
            "Pow",
            "ReduceMean",
            "Relu",
            "Reshape",
            "Shape",
            "Sigmoid",
            "Softmax",
            "Sqrt",
            "Sub",
            "Tanh",
            "Transpose");
  }
}
