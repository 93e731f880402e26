package io.demitasse.passes.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.testkit.PassRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldConstantsTest {
  private static final FoldConstants FOLD = new FoldConstants(100);

  @Test
  void aChainOfConstantsBecomesOneWeight() {
    PassRun.of(
            FOLD,
            """
            ir 8, opset 17
            graph g(x: float[1,2]) -> (y: float[1,3]) {
              w = float[3,2] {1, 2, 3, 4, 5, 6}
              two = float[] {2}
              t = Transpose(w)
              u = Mul(t, two)
              y = MatMul(x, u)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[1,2]) -> (y: float[1,3]) {
              u = float[2,3] {2, 6, 10, 4, 8, 12}
              y = MatMul(x, u)
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void aConstantThatOthersReadStaysBesideTheResult() {
    PassRun.of(
            FOLD,
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              w = float[2] {1, 2}
              a = Neg(w)
              b = Add(x, w)
              y = Mul(a, b)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              w = float[2] {1, 2}
              a = float[2] {-1, -2}
              b = Add(x, w)
              y = Mul(a, b)
            }
            """);
  }

  @Test
  void whatAGraphReturnsBecomesAConstantNode() {
    PassRun.of(
            FOLD,
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: float[2]) {
              w = float[2] {1, 2}
              z = Neg(w)
              y = Add(x, z)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: float[2]) {
              z: float[2] = Constant() <value=float[2] {-1, -2}>
              y = Add(x, z)
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void aNestedGraphFoldsWhatItSees() {
    PassRun.of(
            FOLD,
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              w = float[2] {1, 2}
              y = If(c) <
                then_branch = graph yes() -> (p) { a = Neg(w) p = Add(x, a) },
                else_branch = graph no() -> (q) { q = Relu(x) }
              >
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              y = If(c) <
                then_branch = graph yes() -> (p) { a = float[2] {-1, -2} p = Add(x, a) },
                else_branch = graph no() -> (q) { q = Relu(x) }
              >
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void aResultThatGrowsTooMuchStaysComputedWhileWhatItReadsIsFolded() {
    PassRun run =
        PassRun.of(
            FOLD,
            """
            ir 8, opset 17
            graph g(x: float[50,50]) -> (y: float[50,50]) {
              one = float[] {1}
              size = int64[1] {50}
              shape = Concat(size, size) <axis=0>
              big = Expand(one, shape)
              bigger = Neg(big)
              y = Add(x, bigger)
            }
            """);
    run.gives(
        """
        ir 8, opset 17
        graph g(x: float[50,50]) -> (y: float[50,50]) {
          one = float[] {1}
          shape = int64[2] {50, 50}
          big = Expand(one, shape)
          bigger = Neg(big)
          y = Add(x, bigger)
        }
        """);
    assertThat(run.changes())
        .extracting(change -> change.text())
        .contains("its result takes 10000 bytes");
  }

  @Test
  void aWeightTakenApartAndPutTogetherIsFoldedAsAWhole() {
    PassRun.of(
            new FoldConstants(0),
            """
            ir 8, opset 17
            graph g(x: float[1,2]) -> (y: float[1,4]) {
              w = float[2,4] {1, 2, 3, 4, 5, 6, 7, 8}
              zero = int64[1] {0}
              two = int64[1] {2}
              four = int64[1] {4}
              axis = int64[1] {1}
              a = Slice(w, zero, two, axis)
              b = Slice(w, two, four, axis)
              c = Concat(b, a) <axis=1>
              y = MatMul(x, c)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[1,2]) -> (y: float[1,4]) {
              c = float[2,4] {3, 4, 1, 2, 7, 8, 5, 6}
              y = MatMul(x, c)
            }
            """)
        .computesTheSame(1e-6);
  }

  @Test
  void aWeightThatIsAlsoReadElsewhereIsNotDoubled() {
    PassRun run =
        PassRun.of(
            new FoldConstants(0),
            """
            ir 8, opset 17
            graph g(x: float[1,2]) -> (y: float[1,2]) {
              w = float[2,2] {1, 2, 3, 4}
              t = Transpose(w)
              a = MatMul(x, w)
              y = MatMul(a, t)
            }
            """);
    run.refuses("its result takes 16 bytes");
  }

  @Test
  void quantizedWeightsStayQuantized() {
    PassRun.of(
            FOLD,
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              w = int8[2] {1, 2}
              scale = float[] {0.5}
              f = DequantizeLinear(w, scale)
              n = Neg(f)
              y = Add(x, n)
            }
            """)
        .refuses("quantized weights stay quantized");
  }

  @Test
  void randomNumbersAndOpaqueOperatorsStay() {
    PassRun.of(
            FOLD,
            """
            ir 8, opset 17, com.acme 1
            graph g(x: float[2]) -> (y: float[2]) {
              w = float[2] {1, 2}
              r = RandomNormalLike(w)
              o = com.acme::Twice(w)
              a = Add(x, r)
              y = Add(a, o)
            }
            """)
        .leavesAlone();
  }

  @Test
  void aDefaultThatACallerMayOverrideIsNoConstant() {
    PassRun.of(
            FOLD,
            """
            ir 8, opset 17
            graph g(x: float[2], w: float[2] = float[2] {1, 2}) -> (y: float[2]) {
              a = Neg(w)
              y = Add(x, a)
            }
            """)
        .leavesAlone();
  }

  @Test
  void whatTheRuntimeCannotComputeStaysAndOthersAreFolded() {
    PassRun run =
        PassRun.of(
            FOLD,
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[...]) {
              w = float[2] {1, 2}
              v = float[3] {1, 2, 3}
              bad = Add(w, v)
              worse = Neg(bad)
              a = Neg(w)
              b = Add(x, a)
              y = Add(b, worse)
            }
            """);
    run.gives(
        """
        ir 8, opset 17
        graph g(x: float[2]) -> (y: float[...]) {
          w = float[2] {1, 2}
          v = float[3] {1, 2, 3}
          a = float[2] {-1, -2}
          bad = Add(w, v)
          worse = Neg(bad)
          b = Add(x, a)
          y = Add(b, worse)
        }
        """);
    assertThat(run.changes())
        .filteredOn(change -> !change.applied())
        .singleElement()
        .satisfies(
            change -> assertThat(change.text()).startsWith("the runtime cannot compute it: "));
  }

  @Test
  void onlySelectedNodesAreFolded() {
    Where where = new Where(List.of(), List.of("Neg"), List.of(), List.of(), List.of());
    PassRun.of(
            FOLD,
            TextGraph.parse(
                """
                ir 8, opset 17
                graph g(x: float[2]) -> (y: float[2]) {
                  w = float[2] {1, 2}
                  a = Exp(w)
                  b = Neg(a)
                  y = Add(x, b)
                }
                """),
            where,
            Statistics.NONE)
        .leavesAlone();
  }

  @Test
  void aNegativeBoundIsRefused() {
    assertThatThrownBy(() -> new FoldConstants(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maximum-growth must not be negative, got -1");
  }

  /** Twenty nodes that ask for 8 TB. */
  @Test
  void resultsBeyondMeasureAreNotComputed() {
    StringBuilder text = new StringBuilder("ir 8, opset 17 graph g(x: int64[1]) -> (y) {\n");
    text.append("t0 = float[2] {1, 2} two = int64[1] {4}\n");
    for (int i = 1; i <= 20; i++) {
      text.append("t%d = Tile(t%d, two)\n".formatted(i, i - 1));
    }
    text.append("s = Shape(t20) y = Add(x, s)\n}");

    PassRun run = PassRun.of(FOLD, text.toString());

    assertThat(run.changes().stream().map(String::valueOf))
        .anySatisfy(why -> assertThat(why).contains("its result would take"))
        .anySatisfy(why -> assertThat(why).contains("depends on one that is not computed"));
  }
}
