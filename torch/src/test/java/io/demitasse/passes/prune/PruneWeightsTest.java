package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which weights become zero, where they lie, and what the others take over. */
final class PruneWeightsTest {
  /** What w multiplies is 32 numbers that follow from 6. */
  private static final String CORRELATED =
      """
      ir 10, opset 17
      graph g(x: float[N,6]) -> (y: float[N,24]) {
        mix = float[6,32] ~ 1
        w = float[32,24] ~ 2
        h = MatMul(x, mix)
        s = Tanh(h)
        y = MatMul(s, w)
      }
      """;

  private static final String CONVOLUTION =
      """
      ir 10, opset 17
      graph g(x: float[N,4,9,9]) -> (y: float[N,8,5,5]) {
        w = float[8,4,3,3] ~ 1
        y = Conv(x, w) <pads=[1,1,1,1], strides=[2,2]>
      }
      """;

  @TempDir private Path folder;

  private static PruneWeights pass(Object... options) {
    Map<String, Object> all = new LinkedHashMap<>(Map.of("minimum-elements", 250));
    for (int i = 0; i < options.length; i += 2) {
      all.put((String) options[i], options[i + 1]);
    }
    return PassOptions.of(PruneWeights.class, all);
  }

  private static double[] weights(Model model, String name) {
    return model.graph().find(name).constant().orElseThrow().toDoubles();
  }

  private static long zeros(double... numbers) {
    return Arrays.stream(numbers).filter(number -> number == 0).count();
  }

  private static double error(Model model, Model original) {
    float[] numbers = new float[200 * 6];
    Random random = new Random(5);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {200, 6}, numbers));
    double[] expected = Numbers.run(original, inputs).get("y").toDoubles();
    double[] actual = Numbers.run(model, inputs).get("y").toDoubles();
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
    }
    return error;
  }

  @ParameterizedTest
  @CsvSource({
    "magnitude,.5,384", "wanda,.5,384", "output-error,.5,384",
    "magnitude,.3,230", "wanda,.3,230", "output-error,.3,230"
  })
  void exactlyTheShareBecomesZero(String importance, double ratio, long zeros) {
    PassRun run =
        PassChecks.applied(
            pass("ratio", ratio, "importance", importance), TextGraph.parse(CORRELATED), 60);

    assertThat(zeros(weights(run.after(), "w"))).isEqualTo(zeros);
    assertThat(zeros(weights(run.after(), "mix"))).isZero();
    assertThat(run.changes())
        .extracting(Change::text)
        .contains(
            Math.round(100 * ratio) + " % of its 768 weights are zero",
            "its weight 'mix' has 192 elements, fewer than 250");
  }

  /** An output of w is a column of it, so that neighbors lie 24 numbers apart. */
  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "wanda", "output-error"})
  void aPatternHoldsAlongWhatIsSummedUp(String importance) {
    Model small =
        PassChecks.applied(
                pass("pattern", "2:4", "importance", importance), TextGraph.parse(CORRELATED), 60)
            .after();

    double[] w = weights(small, "w");
    for (int output = 0; output < 24; output++) {
      for (int input = 0; input < 32; input += 4) {
        int from = input * 24 + output;
        assertThat(zeros(w[from], w[from + 24], w[from + 48], w[from + 72])).isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1x4,output-error", "4x1,output-error", "8x2,wanda", "4x1,magnitude"})
  void blocksAreZeroAsAWhole(String pattern, String importance) {
    Model small =
        PassChecks.applied(
                pass("pattern", pattern, "importance", importance), TextGraph.parse(CORRELATED), 60)
            .after();

    double[] w = weights(small, "w");
    int rows = pattern.charAt(0) - '0';
    int columns = pattern.charAt(2) - '0';
    int whole = 0;
    for (int output = 0; output < 24; output += rows) {
      for (int input = 0; input < 32; input += columns) {
        int zeros = 0;
        for (int i = 0; i < rows * columns; i++) {
          zeros += w[(input + i % columns) * 24 + output + i / columns] == 0 ? 1 : 0;
        }
        assertThat(zeros).isIn(0, rows * columns);
        whole += zeros > 0 ? 1 : 0;
      }
    }
    assertThat(whole).isEqualTo(24 / rows * 32 / columns / 2);
  }

  @Test
  void whatIsLeftTakesOver() {
    Model model = TextGraph.parse(CORRELATED);
    double[] errors =
        Arrays.stream(new String[] {"magnitude", "wanda", "output-error"})
            .mapToDouble(
                each ->
                    error(PassChecks.applied(pass("importance", each), model, 200).after(), model))
            .toArray();

    assertThat(errors[2]).isLessThan(.25 * errors[0]).isLessThan(.25 * errors[1]);
  }

  /** The second input is ten times as large, so that its small weights count for more. */
  @Test
  void wandaWeighsBothWeightAndInput() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,4]) -> (y: float[N,2]) {
              f = float[4] {1, 10, 1, 1}
              w = float[4,2] {4, 1, 1, 1, 5, 2, 3, 3}
              s = Tanh(x)
              h = Mul(s, f)
              y = MatMul(h, w)
            }
            """);

    Model wanda =
        PassChecks.applied(pass("importance", "wanda", "minimum-elements", 1), model, 500).after();
    Model magnitude =
        PassChecks.applied(pass("importance", "magnitude", "minimum-elements", 1), model).after();

    assertThat(weights(wanda, "w")).containsExactly(0, 0, 1, 1, 5, 0, 0, 3);
    assertThat(weights(magnitude, "w")).containsExactly(4, 0, 0, 0, 5, 0, 3, 3);
  }

  @Test
  void groupsOfAConvolutionAreChannelsAtOnePlace() {
    PassRun run = PassChecks.applied(pass("pattern", "1:4"), TextGraph.parse(CONVOLUTION), 60);

    double[] w = weights(run.after(), "w");
    for (int output = 0; output < 8; output++) {
      for (int place = 0; place < 9; place++) {
        int from = output * 36 + place;
        assertThat(zeros(w[from], w[from + 9], w[from + 18], w[from + 27])).isEqualTo(3);
      }
    }
    assertThat(run.changes())
        .extracting(Change::text)
        .containsExactly("75 % of its 288 weights are zero");
  }

  @Test
  void windowsOfCorrelatedPicturesAreTakenOver() {
    String smooth =
        CONVOLUTION.replace(
            "y = Conv(x, w)",
            "s = AveragePool(x) <kernel_shape=[5,5],"
                + " pads=[2,2,2,2], strides=[1,1]>\n  y = Conv(s, w)");
    Model model = TextGraph.parse(smooth);
    double[] errors = new double[2];
    for (int i = 0; i < 2; i++) {
      Model small =
          PassChecks.applied(pass("importance", i == 0 ? "magnitude" : "output-error"), model, 100)
              .after();
      Map<String, Tensor> inputs =
          ((Sample.Tensors) SyntheticInputs.of(model.graph(), 99, 1, Map.of("N", 20L)).get(0))
              .inputs();
      double[] expected = Numbers.run(model, inputs).get("y").toDoubles();
      double[] actual = Numbers.run(small, inputs).get("y").toDoubles();
      errors[i] =
          IntStream.range(0, expected.length)
              .mapToDouble(k -> Math.pow(actual[k] - expected[k], 2))
              .sum();
    }

    assertThat(errors[1]).isLessThan(.75 * errors[0]);
  }

  @Test
  void groupedConvolutionsGoByMagnitude() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,4,9,9]) -> (y: float[N,8,7,7]) {
              w = float[8,2,3,3] ~ 1
              y = Conv(x, w) <group=2>
            }
            """);

    PassRun run = PassChecks.applied(pass("minimum-elements", 1), model);

    assertThat(zeros(weights(run.after(), "w"))).isEqualTo(72);
    assertThat(run.changes())
        .extracting(Change::text)
        .containsExactly(
            "50 % of its 144 weights are zero, by their magnitude alone: its channels are convolved"
                + " in groups");
  }

  @Test
  void whatWasNotFiniteSaysNothing() {
    Model model =
        TextGraph.parse(
            CORRELATED
                .replace("Tanh(h)", "Div(h, zero)")
                .replace("mix =", "zero = float[1] {0}\n  mix ="));

    PassRun run = PassChecks.applied(pass(), model);

    assertThat(zeros(weights(run.after(), "w"))).isEqualTo(384);
    assertThat(run.changes())
        .extracting(Change::text)
        .contains(
            "50 % of its 768 weights are zero, by their magnitude alone: nothing finite was seen of"
                + " what it reads");
  }

  @Test
  void fewPlacesAreTold() {
    PassRun run = PassChecks.applied(pass("damping", 1e-9), TextGraph.parse(CORRELATED), 4);

    assertThat(run.changes())
        .extracting(Change::text)
        .anyMatch(text -> text.contains("its 32 inputs were seen at") && text.contains("alone"));
    assertThat(weights(run.after(), "w")).doesNotContain(Double.NaN);
  }

  @Test
  void globalTakesWhatMattersLeast() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,16]) -> (y: float[N,16]) {
              w = float[16,16] ~ 1
              v = float[16,16] ~ 2
              h = MatMul(x, w)
              y = MatMul(h, v)
            }
            """);
    double[] v = weights(model, "v");
    for (int i = 0; i < v.length; i++) {
      v[i] *= i % 4 == 0 ? 10 : .01;
    }
    model
        .graph()
        .setInitializer(
            model.graph().find("v"), Tensor.ofNumbers(DataType.FLOAT, new long[] {16, 16}, v));

    Model small =
        PassChecks.applied(pass("importance", "magnitude", "allocation", "global"), model).after();

    assertThat(zeros(weights(small, "v"))).isEqualTo(192);
    assertThat(zeros(weights(small, "w"))).isEqualTo(64);
  }

  @Test
  void tablesGoWhereTheyAreAskedFor() {
    String text =
        """
        ir 10, opset 17
        graph g(ids: int64[N]) -> (y: float[N,16]) {
          table = float[32,16] ~ 1
          y = Gather(table, ids)
        }
        """;

    PassChecks.applied(pass(), TextGraph.parse(text)).leavesAlone();
    Model small =
        PassChecks.applied(pass("tables", true, "pattern", "2:4"), TextGraph.parse(text)).after();
    assertThat(zeros(weights(small, "table"))).isEqualTo(256);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "w = float[32,24] ~ 2 | w = float[32,24] {NAN} | its weight 'w' holds a NaN or an infinity",
        "h = MatMul(x, mix) | h = MatMul(x, mix) a = Transpose(w) | its weight 'w' is also read by"
            + " Transpose -> 'a'"
      })
  void whatCannotBePrunedIsTold(String line, String other, String reason) {
    String nan = "nan" + ", 1".repeat(32 * 24 - 1);
    Model model = TextGraph.parse(CORRELATED.replace(line, other.replace("NAN", nan)));

    PassRun run = PassChecks.applied(pass(), model);

    run.leavesAlone();
    assertThat(run.changes()).extracting(Change::text).contains(reason);
  }

  @Test
  void patternsThatDoNotFitAreTold() {
    PassChecks.applied(pass("pattern", "3:5"), TextGraph.parse(CORRELATED))
        .refuses("its sums run over 32 numbers, no multiple of 5");
    PassChecks.applied(pass("pattern", "16x1"), TextGraph.parse(CORRELATED))
        .refuses("it has 24 outputs, no multiple of 16");
    PassChecks.applied(pass("pattern", "24x32"), TextGraph.parse(CORRELATED))
        .refuses("all of its 1 blocks of weights would be zero");
    PassChecks.applied(pass("ratio", 1e-6), TextGraph.parse(CORRELATED))
        .refuses("none of its 768 blocks of weights would be zero");
  }

  @Test
  void quantizedWeightsAreLeftAndZerosStayZeroWhenTheyAreQuantized() {
    PassRun pruned = PassChecks.applied(pass(), TextGraph.parse(CORRELATED), 60);
    double[] zeros = weights(pruned.after(), "w");
    PassRun quantized =
        PassChecks.applied(
            PassOptions.of(QuantizeWeights.class, Map.of("minimum-elements", 300)), pruned.after());
    Tensor integers =
        quantized.after().graph().initializers().stream()
            .map(value -> value.initializer())
            .filter(tensor -> tensor.elementCount() == 768)
            .findFirst()
            .orElseThrow();

    double[] stored = integers.toDoubles();
    assertThat(integers.dataType()).isEqualTo(DataType.INT8);
    assertThat(IntStream.range(0, 768).filter(i -> zeros[i] == 0)).hasSize(384);
    assertThat(IntStream.range(0, 768).filter(i -> zeros[i] == 0).allMatch(i -> stored[i] == 0))
        .isTrue();
    assertThat(PassChecks.applied(pass(), quantized.after()).leavesAlone().changes())
        .extracting(Change::text)
        .anyMatch(text -> text.endsWith("is quantized: prune before that"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void whatIsLeftOfGeneratedModelsRuns(long seed) {
    Model model = GraphGenerator.model(seed);
    PassRun run = PassChecks.applied(pass("minimum-elements", 32), model);

    Map<String, Tensor> inputs =
        ((Sample.Tensors) SyntheticInputs.of(model.graph(), seed, 1, Map.of()).get(0)).inputs();
    Numbers.run(run.after(), inputs)
        .values()
        .forEach(tensor -> assertThat(tensor.toDoubles()).doesNotContain(Double.NaN));
  }

  @Test
  void aReplayGivesTheSameBytes() {
    PassChecks.replayGivesTheSameBytes(pass(), TextGraph.parse(CORRELATED), folder);
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> pass("ratio", 1.0)).hasMessageContaining("ratio must be above 0");
    assertThatThrownBy(() -> pass("damping", 0.0)).hasMessageContaining("damping must be above 0");
    assertThatThrownBy(() -> pass("pattern", "4:2"))
        .hasMessageContaining("must keep some of a group and not all");
    assertThatThrownBy(() -> pass("pattern", "0x4")).hasMessageContaining("must be a block");
    assertThatThrownBy(() -> pass("pattern", "often")).hasMessageContaining("got 'often'");
    assertThatThrownBy(() -> pass("pattern", "2:4", "allocation", "global"))
        .hasMessageContaining("allocation must be uniform with pattern 2:4");
    assertThatThrownBy(() -> pass("minimum-elements", 0)).hasMessageContaining("at least 1");
  }
}
