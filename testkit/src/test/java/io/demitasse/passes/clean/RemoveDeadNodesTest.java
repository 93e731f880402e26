package io.demitasse.passes.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.testkit.PassRun;
import org.junit.jupiter.api.Test;

class RemoveDeadNodesTest {

  @Test
  void whatNobodyReadsGoesWithWhatOnlyItReads() {
    PassRun run =
        PassRun.of(
            new RemoveDeadNodes(),
            """
            ir 8, opset 17
            graph g(x: float[2], unused: float[2]) -> (y: float[2]) {
              w = float[2] {1, 2}
              v = float[2] {3, 4}
              a = Add(x, w)
              b = Exp(a)
              y = Add(x, v)
            }
            """);
    run.gives(
            """
            ir 8, opset 17
            graph g(x: float[2], unused: float[2]) -> (y: float[2]) {
              v = float[2] {3, 4}
              y = Add(x, v)
            }
            """)
        .computesTheSame(0);
    assertThat(run.changes())
        .extracting(change -> change.text())
        .containsExactly(
            "nothing reads what it computes",
            "nothing reads what it computes",
            "removed 1 weights of 8 bytes that nothing reads");
  }

  @Test
  void aNodeOfAnUnknownOperatorStays() {
    PassRun.of(
            new RemoveDeadNodes(),
            """
            ir 8, opset 17, com.acme 1
            graph g(x: float[2]) -> (y: float[2]) {
              a = com.acme::Log(x)
              y = Relu(x)
            }
            """)
        .refuses("nothing reads its outputs, but its operator is unknown and may do more");
  }

  @Test
  void deadNodesInNestedGraphsGoBeforeWhatTheyRead() {
    PassRun.of(
            new RemoveDeadNodes(),
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              a = Relu(x)
              y = If(c) <
                then_branch = graph yes() -> (p) { d = Exp(a) p = Neg(x) },
                else_branch = graph no() -> (q) { q = Relu(x) }
              >
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              y = If(c) <
                then_branch = graph yes() -> (p) { p = Neg(x) },
                else_branch = graph no() -> (q) { q = Relu(x) }
              >
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void aDeadIfGoesWithItsBranches() {
    PassRun.of(
            new RemoveDeadNodes(),
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              a = Relu(x)
              d = If(c) <
                then_branch = graph yes() -> (p) { p = Neg(a) },
                else_branch = graph no() -> (q) { q = Relu(a) }
              >
              y = Exp(x)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) { y = Exp(x) }
            """);
  }

  @Test
  void anIfOfConstantConditionIsReplacedByItsBranch() {
    PassRun run =
        PassRun.of(
            new RemoveDeadNodes(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: float[2]) {
              c = bool[] {false}
              y, z = If(c) <
                then_branch = graph yes() -> (p, r) { p = Neg(x) r = Neg(p) },
                else_branch = graph no() -> (q, s) {
                  w = float[2] {1, 2}
                  t = Add(x, w) # sum
                  q = Relu(t)
                  s = Exp(q)
                }
              >
            }
            """);
    run.computesTheSame(0);
    assertThat(run.after().graph().nodes())
        .extracting(node -> node.opType())
        .containsExactly("Add", "Relu", "Exp");
    assertThat(run.after().graph().initializers()).extracting(v -> v.name()).hasSize(1);
  }

  @Test
  void aBranchThatReturnsOneValueTwiceIsInlinedToo() {
    PassRun.of(
            new RemoveDeadNodes(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: float[2]) {
              c = bool[] {true}
              y, z = If(c) <
                then_branch = graph yes() -> (p, p) { p = Neg(x) },
                else_branch = graph no() -> (q, q) { q = Relu(x) }
              >
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], z: float[2]) {
              y: float[2] = Neg(x)
              z: float[2] = Identity(y)
            }
            """);
  }

  @Test
  void aBranchWithNestedGraphsIsLeft() {
    PassRun.of(
            new RemoveDeadNodes(),
            """
            ir 8, opset 17
            graph g(b: bool[], x: float[2]) -> (y: float[2]) {
              c = bool[] {true}
              y = If(c) <
                then_branch = graph yes() -> (p) {
                  p = If(b) <
                    then_branch = graph yes2() -> (p2) { p2 = Neg(x) },
                    else_branch = graph no2() -> (q2) { q2 = Relu(x) }
                  >
                },
                else_branch = graph no() -> (q) { q = Relu(x) }
              >
            }
            """)
        .refuses("it always takes then_branch, which has nested graphs itself");
  }

  @Test
  void functionsThatNobodyCallsGo() {
    PassRun run =
        PassRun.of(
            new RemoveDeadNodes(),
            """
            ir 8, opset 17, my 1
            graph g(x: float[2]) -> (y: float[2]) {
              d = my::Twice(x)
              y = my::Outer(x)
            }
            function my::Outer(x) -> (y) opset 17, my 1 { y = my::Inner(x) }
            function my::Inner(x) -> (y) opset 17 { y = Add(x, x) }
            function my::Twice(x) -> (y) opset 17 { y = Add(x, x) }
            """);
    run.computesTheSame(0);
    assertThat(run.after().functions())
        .extracting(function -> function.name())
        .containsExactly("Outer", "Inner");
  }
}
