package io.demitasse.passes.factorize;

import static io.demitasse.passes.factorize.FactorizeTest.error;
import static io.demitasse.passes.factorize.FactorizeTest.inputs;
import static io.demitasse.passes.factorize.FactorizeTest.pass;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions of few channels, or of rows by columns, come apart without a loss. */
final class FactorizedConvolutionTest {
  private static final String CONVOLUTION =
      """
      ir 10, opset 17
      graph g(x: float[N,8,9,7]) -> (y: float[N,A,B,C]) {
        w = float[10,8,3,3] ~ 1
        b = float[10] ~ 2
        y = Conv(x, w, b) <ATTRIBUTES>
      }
      """;

  /** A convolution whose channels, and rows and columns, have rank 2. */
  private static Model ofFewChannels(String attributes) {
    Model model = TextGraph.parse(CONVOLUTION.replace("ATTRIBUTES", attributes));
    Value weight = Objects.requireNonNull(model.graph().find("w"));
    double[] numbers = new double[10 * 8 * 9];
    for (int i = 0; i < numbers.length; i++) {
      double out = Math.sin(i / 72 + 1);
      double in = Math.cos(i / 9 % 8 + 1);
      double row = i / 3 % 3 + 1;
      double column = Math.sin(2 + i % 3);
      numbers[i] = out * in * row * column + Math.cos(2 * out) * Math.sin(3 * in) * row * row;
    }
    model
        .graph()
        .setInitializer(
            weight, Tensor.ofNumbers(DataType.FLOAT, new long[] {10, 8, 3, 3}, numbers));
    return model;
  }

  static Stream<Arguments> convolutions() {
    return Stream.of(
            "pads=[1,1,1,1]",
            "pads=[2,0,1,1], dilations=[1,2]",
            "strides=[1,2], pads=[0,1,1,0]",
            "auto_pad=\"SAME_UPPER\", strides=[2,1]",
            "auto_pad=\"VALID\", dilations=[2,1]")
        .flatMap(
            attributes ->
                Stream.of("tucker-2", "spatial", "cp").map(kind -> Arguments.of(attributes, kind)));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionsOfTheRankComeApartAndTogetherAgain(String attributes, String kind) {
    Model model = ofFewChannels(attributes);
    Map<String, Tensor> inputs = inputs(model);

    Factorize pass = pass(Map.of("ratio", .55, "convolutions", kind, "whitened", true));
    Model apart = PassChecks.applied(pass, model, 20).after();

    assertThat(apart.graph().nodes())
        .hasSize(List.of("spatial", "tucker-2", "cp").indexOf(kind) + 2);
    Numbers.assertClose(Numbers.run(model, inputs), Numbers.run(apart, inputs), 1e-3);
    PassRun merged = PassChecks.applied(new MergeFactors(), apart);
    assertThat(merged.after().graph().nodes()).hasSize(1);
    Numbers.assertClose(Numbers.run(apart, inputs), Numbers.run(merged.after(), inputs), 1e-5);
    assertThat(merged.after().graph().nodes().getFirst().constantInput(1).orElseThrow().toDoubles())
        .containsExactly(
            Objects.requireNonNull(model.graph().find("w")).constant().orElseThrow().toDoubles(),
            within(.01));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tucker-2", "spatial", "cp"})
  void anyConvolutionIsKeptWellByManyNumbers(String kind) {
    Model model = TextGraph.parse(CONVOLUTION.replace("ATTRIBUTES", "pads=[1,1,1,1]"));
    Map<String, Tensor> inputs = inputs(model);

    double much = error(model, pass(Map.of("ratio", .9, "convolutions", kind)), inputs);
    double little = error(model, pass(Map.of("ratio", .3, "convolutions", kind)), inputs);

    assertThat(much).isLessThan(little / 2);
  }

  /** Of 30 numbers each, as many terms as there are, and one more. */
  @ParameterizedTest
  @ValueSource(doubles = {2 / 30.0, 3 / 30.0})
  void asManyTermsAsAWeightHasGiveIt(double ratio) {
    Model model = ofFewChannels("pads=[1,1,1,1]");
    Map<String, Tensor> inputs = inputs(model);

    Factorize pass = pass(Map.of("ratio", ratio + 1e-9, "convolutions", "cp"));
    Model apart = PassChecks.applied(pass, model).after();

    Numbers.assertClose(Numbers.run(model, inputs), Numbers.run(apart, inputs), 1e-4);
  }

  @Test
  void moreTermsErrLess() {
    Model model = TextGraph.parse(CONVOLUTION.replace("ATTRIBUTES", "pads=[1,1,1,1]"));
    Map<String, Tensor> inputs = inputs(model);
    double before = Double.MAX_VALUE;
    double least = Double.MAX_VALUE;
    for (double ratio : new double[] {.1, .3, .5, .7, .9}) {
      double error = error(model, pass(Map.of("ratio", ratio, "convolutions", "cp")), inputs);
      assertThat(error).isLessThan(before);
      least = before == Double.MAX_VALUE ? error / 5 : least;
      before = error;
    }
    assertThat(before).isLessThan(least);
  }

  /** What is read counts: two of the channels are a hundred times the others. */
  @Test
  void termsKeepWhatMattersForWhatIsRead() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(z: float[N,8,9,7]) -> (y: float[N,10,9,7]) {
              s = float[1,8,1,1] {9, 9, .1, .1, .1, .1, .1, .1}
              w = float[10,8,3,3] ~ 1
              x = Mul(z, s)
              y = Conv(x, w) <pads=[1,1,1,1]>
            }
            """);
    Map<String, Tensor> inputs = inputs(model);

    double seen = error(model, pass(Map.of("ratio", .5, "convolutions", "cp")), inputs);
    double blind =
        error(model, pass(Map.of("ratio", .5, "convolutions", "cp", "whitened", false)), inputs);

    assertThat(seen).isLessThan(blind / 2);
  }

  @Test
  void aReplayOfTermsGivesTheSameBytes(@TempDir Path folder) {
    PassChecks.replayGivesTheSameBytes(
        pass(Map.of("convolutions", "cp")),
        TextGraph.parse(CONVOLUTION.replace("ATTRIBUTES", "pads=[1,1,1,1]")),
        folder);
  }

  @Test
  void aWeightOfZerosHasTerms() {
    Model model = TextGraph.parse(CONVOLUTION.replace("ATTRIBUTES", "pads=[1,1,1,1]"));
    model
        .graph()
        .setInitializer(
            Objects.requireNonNull(model.graph().find("w")),
            Tensor.ofFloats(new long[] {10, 8, 3, 3}, new float[720]));
    Map<String, Tensor> inputs = inputs(model);

    Model apart = PassChecks.applied(pass(Map.of("convolutions", "cp")), model).after();

    Numbers.assertClose(Numbers.run(model, inputs), Numbers.run(apart, inputs), 1e-6);
  }

  @Test
  void aConvolutionWhoseFactorsMultiplyNoLessStays() {
    String model = CONVOLUTION.replace("ATTRIBUTES", "strides=[3,3]");

    PassRun.of(pass(Map.of("ratio", .9)), TextGraph.parse(model))
        .refuses("its factors would take 1016 multiplications a place, it takes 720");
    PassRun.of(pass(Map.of("ratio", .9, "convolutions", "cp")), TextGraph.parse(model))
        .refuses("its factors would take 2903 multiplications a place, it takes 720");
    PassRun.of(pass(Map.of("ratio", .9, "convolutions", "none")), TextGraph.parse(model))
        .leavesAlone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spatial", "cp"})
  void aWindowOfOneRowHasNoRowsAndColumns(String kind) {
    PassRun.of(
            pass(Map.of("convolutions", kind)),
            """
            ir 10, opset 17
            graph g(x: float[N,8,9,7]) -> (y: float[N,10,9,5]) {
              w = float[10,8,1,3] ~ 1
              y = Conv(x, w)
            }
            """)
        .refuses("its window is no rectangle of two axes");
  }
}
