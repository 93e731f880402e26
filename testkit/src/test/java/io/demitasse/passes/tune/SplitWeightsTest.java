package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.Where;
import io.demitasse.testkit.PassRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitWeightsTest {
  private static final SplitWeights PASS = new SplitWeights(false);

  private static String model(String statements) {
    return "ir 10, opset 17 graph g(x: float[N,4], t: int64[N]) -> (y: float[...]) { "
        + statements
        + " }";
  }

  private static PassRun run(String statements) {
    return PassRun.of(PASS, model(statements));
  }

  @Test
  void aBiasOfZerosThatServesTwoLayersIsSplit() {
    PassRun run =
        run(
            """
            v = float[4,4] ~ 1  w = float[4,4] ~ 2  b = float[4] {0, 0, 0, 0}
            g = MatMul(x, v)  h = Add(g, b) # first
            i = MatMul(h, w)  y = Add(i, b) # second
            """);
    run.gives(
            model(
                """
                v = float[4,4] ~ 1  w = float[4,4] ~ 2  b = float[4] {0, 0, 0, 0}
                b_1 = float[4] {0, 0, 0, 0}
                g = MatMul(x, v)  h = Add(g, b) # first
                i = MatMul(h, w)  y = Add(i, b_1) # second
                """))
        .computesTheSame(0);
    assertThat(run.changes().getFirst().text()).isEqualTo("has 'b_1', where it shared 'b'");
    assertThat(Parameters.of(run.after()).keySet()).contains("v", "w", "b", "b_1");
  }

  @Test
  void anEmbeddingStaysTiedToTheProjectionBehindTheModel() {
    run("""
    e = float[9,4] ~ 1  w = float[4,4] ~ 2
    g = Gather(e, t)  a = Add(g, x)  h = MatMul(a, w)
    f = Transpose(e)  y = MatMul(h, f) # head
    """)
        .refuses("shares 'e' on purpose, for its numbers differ");
  }

  @Test
  void aLayerThatIsUsedTwiceStaysOne() {
    run("""
    w = float[4,4] ~ 1  b = float[4] {0, 0, 0, 0}
    s = float[4] {1, 1, 1, 1}
    g = MatMul(x, w)  h = Add(g, b)  i = LayerNormalization(h, s, b)
    j = MatMul(i, w)  k = Add(j, b)  y = LayerNormalization(k, s, b)
    """)
        .leavesAlone();
  }

  @Test
  void whatOneNodeTakesTwiceIsOneLayer() {
    run("w = float[4,4] ~ 1  b = float[4] {0, 0, 0, 0}  g = Gemm(x, w, b)  y = Add(g, b)")
        .leavesAlone();
  }

  @Test
  void normalizationsOfTwoLayersAreSplitBehindReshapingToo() {
    PassRun run =
        run(
            """
            v = float[4,4] ~ 1  w = float[4,4] ~ 2  s = float[4] {1, 1, 1, 1}
            z = float[4] {0, 0, 0, 0}  k = int64[2] {1, 4}
            g = MatMul(x, v)  h = LayerNormalization(g, s, z)
            i = MatMul(h, w)  j = LayerNormalization(i, s, z)
            r = Reshape(s, k)  u = MatMul(j, v)  y = Mul(u, r)
            """);
    run.computesTheSame(0);
    // Behind the first matrix again, so of the first layer.
    assertThat(Parameters.of(run.after()).keySet()).contains("v", "w", "s", "z").hasSize(6);
  }

  @Test
  void whatIsNoWeightKeepsTheConstant() {
    PassRun run =
        run(
            """
            v = float[4,4] ~ 1  w = float[4,4] ~ 2  b = float[4] {0, 0, 0, 0}
            c = Greater(x, b)  q = Where(c, x, b)
            g = MatMul(q, v)  h = Add(g, b)  i = MatMul(h, w)  y = Add(i, b)
            """);
    run.computesTheSame(0);
    assertThat(run.after().graph().find("b").uses())
        .extracting(use -> use.node().opType())
        .containsExactly("Greater", "Where");
  }

  @Test
  void vectorsWithNumbersThatDifferAreSplitWhereThatIsAskedFor() {
    String text =
        model(
            """
            v = float[4,4] ~ 1  w = float[4,4] ~ 2  b = float[4] ~ 3
            g = MatMul(x, v)  h = Add(g, b)  i = MatMul(h, w)  y = Add(i, b)
            """);
    PassRun.of(PASS, text).refuses("shares 'b' on purpose, for its numbers differ");
    PassRun all = PassRun.of(new SplitWeights(true), text).computesTheSame(0);
    assertThat(Parameters.of(all.after()).keySet()).contains("b", "b_1");
  }

  @Test
  void nodesThatAreNotSelectedKeepWhatTheyShare() {
    Model model =
        TextGraph.parse(
            model(
                """
                u = float[4,4] ~ 1  v = float[4,4] ~ 2  w = float[4,4] ~ 3
                b = float[4] {0, 0, 0, 0}
                f = MatMul(x, u)  g = Add(f, b) # first
                h = MatMul(g, v)  i = Add(h, b) # second
                j = MatMul(i, w)  y = Add(j, b) # third
                """));
    PassRun run =
        PassRun.of(PASS, model, Where.EVERYWHERE.except(List.of("second")), Statistics.NONE);
    assertThat(run.after().graph().find("b").uses())
        .extracting(use -> use.node().name())
        .containsExactly("first", "second");
  }
}
