package io.demitasse.passes.clean;

import io.demitasse.testkit.PassRun;
import org.junit.jupiter.api.Test;

class MergeDuplicatesTest {

  @Test
  void oneOfSeveralEqualWeightsIsKept() {
    PassRun.of(
            new MergeDuplicates(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              a = float[2] {1, 2}
              b = float[2] {1, 2}
              c = float[2] {1, 3}
              d = float[1,2] {1, 2}
              k = Constant() <value=float[2] {1, 2}>
              t = Add(x, a)
              u = Mul(t, b)
              v = Sub(u, c)
              r = Div(v, k)
              q = Mul(r, d)
              y = ReduceSum(q)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              a = float[2] {1, 2}
              c = float[2] {1, 3}
              d = float[1,2] {1, 2}
              t = Add(x, a)
              u = Mul(t, a)
              v = Sub(u, c)
              r = Div(v, a)
              q = Mul(r, d)
              y = ReduceSum(q)
            }
            """);
  }

  @Test
  void signedZerosAreNotEqualBitForBit() {
    PassRun.of(
            new MergeDuplicates(),
            """
            ir 8, opset 17
            graph g(x: float[1]) -> (y: float[1]) {
              a = float[1] {0}
              b = float[1] {-0.0}
              t = Add(x, a)
              y = Div(t, b)
            }
            """)
        .leavesAlone();
  }

  @Test
  void equalNodesAreMergedInATower() {
    PassRun.of(
            new MergeDuplicates(),
            """
            ir 8, opset 17
            graph g(x: float[2,3]) -> (y: float[2,3]) {
              a = Transpose(x) <perm=[1, 0]>
              b = Transpose(x) <perm=[1, 0]>
              p = Exp(a)
              q = Exp(b)
              y = Add(p, q)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2,3]) -> (y: float[2,3]) {
              a = Transpose(x) <perm=[1, 0]>
              p = Exp(a)
              y = Add(p, p)
            }
            """);
  }

  @Test
  void nodesThatDifferInAnythingStay() {
    PassRun.of(
            new MergeDuplicates(),
            """
            ir 8, opset 17
            graph g(x: float[2,3]) -> (y: float[...]) {
              a = Transpose(x) <perm=[1, 0]>
              b = Transpose(x) <perm=[0, 1]>
              c = Exp(a)
              d = Exp(b)
              s1, s2 = Split(x) <axis=1>
              t1, t2, t3 = Split(x) <axis=1>
              r = RandomNormalLike(x)
              q = RandomNormalLike(x)
              y = Concat(c, d, s1, s2, t1, t2, t3, r, q) <axis=0>
            }
            """)
        .leavesAlone();
  }

  @Test
  void anOutputOfTheGraphKeepsItsName() {
    PassRun.of(
            new MergeDuplicates(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: float[2]) {
              a = Exp(x)
              z = Relu(a)
              y = Exp(x)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: float[2]) {
              y: float[2] = Exp(x)
              z = Relu(y)
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void twoOutputsOfTheGraphStayTwo() {
    PassRun.of(
            new MergeDuplicates(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: float[2]) {
              z = Exp(x)
              y = Exp(x)
            }
            """)
        .refuses("it equals Exp -> 'z', but the graph returns outputs of both");
  }

  @Test
  void nestedGraphsUseWhatIsAroundThemButNotEachOther() {
    PassRun.of(
            new MergeDuplicates(),
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2], z: float[2]) {
              w = float[2] {1, 2}
              z = Add(x, w)
              y = If(c) <
                then_branch = graph yes() -> (p) {
                  u = float[2] {1, 2}
                  a = Add(x, u)
                  b = Exp(x)
                  p = Mul(a, b)
                },
                else_branch = graph no() -> (q) {
                  d = Exp(x)
                  q = Sub(d, x)
                }
              >
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2], z: float[2]) {
              w = float[2] {1, 2}
              z = Add(x, w)
              y = If(c) <
                then_branch = graph yes() -> (p) {
                  b = Exp(x)
                  p = Mul(z, b)
                },
                else_branch = graph no() -> (q) {
                  d = Exp(x)
                  q = Sub(d, x)
                }
              >
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void aWeightThatACallerMayOverrideStays() {
    PassRun.of(
            new MergeDuplicates(),
            """
            ir 8, opset 17
            graph g(x: float[2], w: float[2] = float[2] {1, 2}) -> (y: float[2]) {
              a = float[2] {1, 2}
              t = Add(x, a)
              y = Mul(t, w)
            }
            """)
        .leavesAlone();
  }
}
