package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Node;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.testkit.PassRun;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FuseLinearConvolutionsTest {
  private static final String FRAME =
      """
      ir 8, opset 13
      graph g(x: float[2,4,7,7], u: float[3,6,1,1]) -> (y: float[...]) {
        v = float[6,4,1,1] ~ 1
        k = float[6,4,3,3] ~ 2
        c = float[6] ~ 3
        w = float[3,6,1,1] ~ 4
        b = float[3] ~ 5
        wide = float[40,6,1,1] ~ 6
        grouped = float[6,2,1,1] ~ 7
        large = float[3,6,3,3] ~ 8
        third = float[2,3,1,1] ~ 9
        BODY
      }
      """;

  private static String text(String body) {
    return FRAME.replace("BODY", body.replace("  ", "\n"));
  }

  private static PassRun run(String body) {
    return PassRun.of(new FuseLinearConvolutions(), text(body));
  }

  private static List<String> types(PassRun run) {
    return run.after().graph().nodes().stream().map(Node::opType).toList();
  }

  @Test
  void theNumbersAreThoseOfTheFormula() {
    PassRun.of(
            new FuseLinearConvolutions(),
            """
            ir 8, opset 13
            graph g(x: float[1,1,2]) -> (y: float[1,1,2]) {
              v = float[2,1,1] {2, 3}
              c = float[2] {1, -1}
              w = float[1,2,1] {10, 100}
              b = float[1] {5}
              p = Conv(x, v, c) # first
              y: float[1,1,2] = Conv(p, w, b) # second
            }
            """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[1,1,2]) -> (y: float[1,1,2]) {
              c_folded = float[1] {-85}
              v_folded = float[1,1,1] {320}
              y: float[1,1,2] = Conv(x, v_folded, c_folded) # first
            }
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "Conv(x, v)    | Conv(p, w)",
        "Conv(x, v, c) | Conv(p, w)",
        "Conv(x, v)    | Conv(p, w, b)",
        "Conv(x, v, c) | Conv(p, w, b) <strides=[1, 1], pads=[0, 0, 0, 0], kernel_shape=[1, 1]>",
        "Conv(x, k, c) <pads=[1, 1, 0, 0], strides=[2, 1], dilations=[2, 2]> | Conv(p, w, b)",
        "Conv(x, k, c) <auto_pad=\"SAME_UPPER\"> | Conv(p, w, b) <auto_pad=\"SAME_UPPER\">",
      })
  void twoConvolutionsBecomeOne(String first, String second) {
    PassRun run = run("p = " + first + "  y = " + second).computesTheSame(1e-5);
    assertThat(types(run)).containsExactly("Conv");
  }

  @Test
  void aChainBecomesOne() {
    PassRun run = run("p = Conv(x, k, c)  q = Conv(p, w, b)  y = Conv(q, third)");
    assertThat(types(run.computesTheSame(1e-5))).containsExactly("Conv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "p = Conv(x, k)  y = Conv(p, wide) | one would take 1440 multiplications a place, two take"
            + " 456",
        "p = Conv(x, v)  y = Conv(p, large) | it does not look at each place alone",
        "p = Conv(x, v)  y = Conv(p, w) <strides=[2, 2]> | it does not look at each place alone",
        "p = Conv(x, v)  y = Conv(p, w) <pads=[1, 1, 1, 1]> | it does not look at each place alone",
        "p = Conv(x, grouped) <group=2>  y = Conv(p, w) | Conv -> 'p' has groups",
        "p = Conv(x, v)  y = Conv(p, u) | 'u' is not a constant float tensor",
        "p = Conv(x, v)  z = Relu(p)  y = Conv(p, w) | the inner value 'p' is also read by Relu ->"
            + " 'z'",
        "p = Conv(x, v)  z = Conv(x, v)  y = Conv(p, w) | the weight 'v' has other readers and"
            + " would be stored twice",
      })
  void whatDoesNotFitIsLeftAlone(String body, String reason) {
    run(body).refuses(reason);
  }

  @Test
  void aConvolutionThatIsNotSelectedStays() {
    Where where = new Where(List.of(), List.of(), List.of(), List.of(), List.of("first"));
    PassRun.of(
            new FuseLinearConvolutions(),
            TextGraph.parse(text("p = Conv(x, v) # first  y = Conv(p, w)")),
            where,
            Statistics.NONE)
        .refuses("the step does not select Conv 'first'");
  }

  @Test
  void convolutionsWithSomethingBetweenAreNotEvenReported() {
    assertThat(run("p = Conv(x, v)  q = Relu(p)  y = Conv(q, w)").leavesAlone().changes())
        .isEmpty();
  }

  @Test
  void weightsWhoseProductNoFloatHoldsAreLeftAlone() {
    PassRun.of(
            new FuseLinearConvolutions(),
            """
            ir 8, opset 17
            graph g(x: float[1,2,3,3]) -> (y: float[...]) {
              v = float[4,2,1,1] {1e30, 1, 1, 1, 1, 1, 1, 1}
              w = float[1,4,1,1] {1e30, 1, 1, 1}
              c = Conv(x, v)
              y = Conv(c, w)
            }
            """)
        .refuses("the weight and bias of one would leave what floats hold well");
  }
}
