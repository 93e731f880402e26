package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows lose what carries little. */
final class ShrinkKernelsTest {
  private static final ShrinkKernels PASS = new ShrinkKernels(.1, 1, true);

  private static Model convolution(String input, Tensor weight, String attributes) {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[%s]) -> (y: float[...]) {
              w = float[1] {0}
              y = Conv(x, w) <%s> # conv
            }
            """
                .formatted(input, attributes));
    model.graph().setInitializer(model.graph().find("w"), weight);
    return model;
  }

  /** Random numbers, those of the outermost places times a factor along each axis. */
  private static Tensor window(double[] factors, long... sizes) {
    Random random = new Random(3);
    float[] numbers = new float[(int) Tensor.elementCount(sizes)];
    int axes = sizes.length - 2;
    for (int i = 0; i < numbers.length; i++) {
      double number = random.nextGaussian();
      int rest = i;
      for (int axis = axes - 1; axis >= 0; axis--) {
        long places = sizes[2 + axis];
        long place = rest % places;
        number *= place == 0 || place == places - 1 ? factors[axis] : 1;
        rest /= (int) places;
      }
      numbers[i] = (float) number;
    }
    return Tensor.ofFloats(sizes, numbers);
  }

  private static Node conv(PassRun run) {
    return run.after().graph().nodes().getFirst();
  }

  private static long[] weight(PassRun run) {
    return run.after().graph().find("w").constant().orElseThrow().sizes();
  }

  /** Where the border is zero, the smaller window is the same one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,4,9,8    | 4 | kernel_shape=[5,5], pads=[2,2,2,2]",
        "1,4,9,8    | 4 | pads=[2,3,4,2]",
        "2,4,11,12  | 4 | pads=[4,4,4,4], dilations=[2,2]",
        "1,4,9,8    | 4 | pads=[2,2,2,2], strides=[2,3]",
        "1,8,9,8    | 4 | pads=[2,2,2,2], group=2",
        "1,4,9,8    | 4 | auto_pad=\"SAME_UPPER\"",
        "1,4,9,8    | 4 | auto_pad=\"SAME_LOWER\""
      })
  void whatIsZeroGoesAndNothingChanges(String input, int inputs, String attributes) {
    Tensor weight = window(new double[] {0, 0}, 6, inputs, 5, 5);

    PassRun run = PassRun.of(PASS, convolution(input, weight, attributes));

    assertThat(weight(run)).containsExactly(6, inputs, 3, 3);
    assertThat(run.changes())
        .singleElement()
        .matches(change -> change.text().equals("its window of 5x5 becomes 3x3"));
    run.computesTheSame(1e-6);
  }

  @Test
  void attributesFollow() {
    PassRun run =
        PassRun.of(
            PASS,
            convolution(
                "1,4,9,8",
                window(new double[] {0, 1}, 6, 4, 5, 3),
                "kernel_shape=[5,3], pads=[4,1,3,1], dilations=[2,1]"));

    // Behind the last row 3 were padded, of which two places with a dilation of 2 take 2.
    assertThat(conv(run).intsAttribute("kernel_shape")).containsExactly(3, 3);
    assertThat(conv(run).intsAttribute("pads")).containsExactly(2, 1, 1, 1);
  }

  /** Each axis by itself, as often as its border carries little. */
  @Test
  void oneAxisCanGoAlone() {
    PassRun run =
        PassRun.of(
            PASS,
            convolution(
                "1,4,9,9,9",
                window(new double[] {.1, 1, .1}, 6, 4, 3, 5, 3),
                "pads=[1,2,1,1,2,1]"));

    assertThat(weight(run)).containsExactly(6, 4, 1, 5, 1);
    assertThat(conv(run).intsAttribute("pads")).containsExactly(0, 2, 0, 0, 2, 0);
  }

  @Test
  void whatIsToStayStays() {
    Model model = convolution("1,4,9,8", window(new double[] {0, 0}, 6, 4, 5, 5), "pads=[2,2,2,2]");

    assertThat(weight(PassRun.of(new ShrinkKernels(.1, 4, true), model))).endsWith(5, 5);
    assertThat(weight(PassRun.of(new ShrinkKernels(.99, 3, true), model))).endsWith(3, 3);
    assertThat(weight(PassRun.of(new ShrinkKernels(.99, 1, true), model))).endsWith(1, 1);
  }

  @Test
  void aBorderThatCarriesMuchStays() {
    Tensor weight = Tensor.ofFloats(new long[] {1, 1, 3}, .5f, 1, .5f);

    PassRun.of(new ShrinkKernels(.33, 1, true), convolution("1,1,9", weight, "pads=[1,1]"))
        .refuses(
            "the border of its 3 window holds 33.3 % of the squares of its weights, more than"
                + " 33.0");
    assertThat(
            weight(
                PassRun.of(
                    new ShrinkKernels(.34, 1, true), convolution("1,1,9", weight, "pads=[1,1]"))))
        .containsExactly(1, 1, 1);
  }

  /** On what changes slowly the neighbors give nearly what the border gave. */
  @Test
  void neighborsTakeOver() {
    Tensor weight = window(new double[] {.2, .2}, 6, 4, 5, 5);
    Model model = convolution("1,4,16,16", weight, "pads=[2,2,2,2]");
    float[] smooth = new float[4 * 16 * 16];
    for (int i = 0; i < smooth.length; i++) {
      smooth[i] = (float) (i / 256. + Math.sin(i / 16 % 16 / 6.) + Math.cos(i % 16 / 5.));
    }
    Map<String, Tensor> input = Map.of("x", Tensor.ofFloats(new long[] {1, 4, 16, 16}, smooth));

    double alone = error(new ShrinkKernels(.5, 3, false), model, input);
    double together = error(new ShrinkKernels(.5, 3, true), model, input);

    assertThat(together).isPositive().isLessThan(alone / 4);
  }

  private static double error(ShrinkKernels pass, Model model, Map<String, Tensor> input) {
    PassRun run = PassRun.of(pass, model);
    assertThat(weight(run)).containsExactly(6, 4, 3, 3);
    double[] expected = Numbers.run(run.before(), input).get("y").toDoubles();
    double[] actual = Numbers.run(run.after(), input).get("y").toDoubles();
    double[] squares = new double[expected.length];
    Arrays.setAll(squares, i -> Math.pow(expected[i] - actual[i], 2));
    return Arrays.stream(squares).sum();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pads=[0,0,0,0]",
        "kernel_shape=[5,5]",
        "pads=[2,2,2,2], dilations=[3,3]",
        "auto_pad=\"VALID\"",
        "auto_pad=\"SAME_UPPER\", strides=[2,2]"
      })
  void withoutPaddingToTakeFromItStays(String attributes) {
    PassRun.of(PASS, convolution("1,4,19,18", window(new double[] {0, 0}, 6, 4, 5, 5), attributes))
        .refuses("it pads too little to give as much with a smaller window");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "y = Conv(x, v) <pads=[1,1,1,1]>  z = Conv(x, v) <pads=[1,1,1,1]>"
            + " | its weight 'v' is read elsewhere too",
        "u = Relu(v)  y = Conv(x, u) <pads=[1,1,1,1]>  z = Relu(x) | its weight 'u' is computed",
        "y = Conv(x, n) <pads=[1,1,1,1]>  z = Relu(x) | its weight 'n' holds a NaN or an infinity"
      })
  void othersWeightsStay(String body, String reason) {
    PassRun.of(
            PASS,
            """
            ir 10, opset 17
            graph g(x: float[1,1,5,5]) -> (y: float[...], z: float[...]) {
              v = float[1,1,3,3] {0, 0, 0, 0, 1, 0, 0, 0, 0}
              n = float[1,1,3,3] {0, 0, 0, 0, nan, 0, 0, 0, 0}
              BODY
            }
            """
                .replace("BODY", body.replace("  ", "\n")))
        .refuses(reason);
  }

  @Test
  void windowsOfOnePlaceAreNoSubject() {
    PassRun run =
        PassRun.of(
            PASS, convolution("1,4,9,8", window(new double[] {1, 1}, 6, 4, 1, 1), "group=1"));
    assertThat(run.changes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, Double.NaN})
  void theShareIsOne(double border) {
    assertThatThrownBy(() -> new ShrinkKernels(border, 1, true))
        .hasMessage("border must be above 0 and below 1, got " + border);
  }
}
