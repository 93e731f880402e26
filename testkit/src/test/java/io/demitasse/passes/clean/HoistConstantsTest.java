package io.demitasse.passes.clean;

import io.demitasse.testkit.PassRun;
import org.junit.jupiter.api.Test;

class HoistConstantsTest {

  @Test
  void aConstantBecomesAnInitializerOfItsName() {
    PassRun.of(
            new HoistConstants(),
            """
            ir 8, opset 17
            graph g(x: float[2,3]) -> (y: float[2,3]) {
              w = Constant() <value=float[3] {1, 2, 3}>
              y = Add(x, w)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2,3]) -> (y: float[2,3]) {
              w = float[3] {1, 2, 3}
              y = Add(x, w)
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void everySpellingOfAConstantIsTaken() {
    PassRun.of(
            new HoistConstants(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: int64[2]) {
              a = Constant() <value_float=2.0>
              b = Constant() <value_floats=[1.0, 3.0]>
              c = Constant() <value_int=5>
              d = Constant() <value_ints=[7, 8]>
              t = Mul(x, a)
              y = Mul(t, b)
              z = Add(c, d)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: int64[2]) {
              a = float[] {2}
              b = float[2] {1, 3}
              c = int64[] {5}
              d = int64[2] {7, 8}
              t = Mul(x, a)
              y = Mul(t, b)
              z = Add(c, d)
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void aConstantOfANestedGraphMovesToTheMainGraph() {
    PassRun.of(
            new HoistConstants(),
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              y = If(c) <
                then_branch = graph yes() -> (p) {
                  w = Constant() <value=float[2] {1, 2}>
                  p = Add(x, w)
                },
                else_branch = graph no() -> (q) {
                  v = Constant() <value=float[2] {3, 4}>
                  q = Add(x, v)
                }
              >
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              w = float[2] {1, 2}
              v = float[2] {3, 4}
              y = If(c) <
                then_branch = graph yes() -> (p) { p = Add(x, w) },
                else_branch = graph no() -> (q) { q = Add(x, v) }
              >
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void constantsOfOneNameInTwoBranchesGetNamesOfTheirOwn() {
    PassRun.of(
            new HoistConstants(),
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              y = If(c) <
                then_branch = graph yes() -> (p) {
                  w = Constant() <value=float[2] {1, 2}>
                  p = Add(x, w)
                },
                else_branch = graph no() -> (q) {
                  w = Constant() <value=float[2] {3, 4}>
                  q = Add(x, w)
                }
              >
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void aConstantThatAGraphReturnsStays() {
    PassRun.of(
            new HoistConstants(),
            """
            ir 8, opset 17
            graph g(c: bool[]) -> (y: float[2]) {
              y = If(c) <
                then_branch = graph yes() -> (p) { p = Constant() <value=float[2] {1, 2}> },
                else_branch = graph no() -> (q) { q = Constant() <value=float[2] {3, 4}> }
              >
            }
            """)
        .refuses("its graph returns it")
        .computesTheSame(0);
  }

  @Test
  void aSparseConstantStays() {
    PassRun.of(
            new HoistConstants(),
            """
            ir 8, opset 17
            graph g(x: float[4]) -> (y: float[4]) {
              w = Constant() <sparse_value=sparse [4] v float[1] {5} int64[1] {2}>
              y = Add(x, w)
            }
            """)
        .refuses("its content is not a dense tensor");
  }

  @Test
  void weightsOfAnOldFileAreNoInputsAnyMore() {
    PassRun.of(
            new HoistConstants(),
            """
            ir 3, opset 8
            graph g(x: float[2], w: float[2] = float[2] {1, 2}) -> (y: float[2]) {
              y = Add(x, w)
            }
            """)
        .gives(
            """
            ir 4, opset 8
            graph g(x: float[2]) -> (y: float[2]) {
              w = float[2] {1, 2}
              y = Add(x, w)
            }
            """);
  }
}
