package io.demitasse.passes.clean;

import io.demitasse.testkit.PassRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoveIdentitiesTest {
  private static final String FRAME =
      """
      ir 8, opset %d
      graph g(x: float[2,3,4]) -> (y: float[...]) {
        zero = float[1] {0}
        minus = float[1] {-0.0}
        one = float[] {1}
        zeros = int64[6] {0, 0, 0, 0, 0, 0}
        first = int64[2] {0, 0}
        ends = int64[2] {3, 9223372036854775807}
        last2 = int64[2] {-2, -1}
        ones = int64[3] {1, 1, 1}
        same = int64[3] {0, -1, 4}
        axis = int64[1] {1}
        off = bool[] {false}
        ratio = float[] {0.5}
        a: float[2,3,4] = Relu(x)
        %s
        y = Neg(b)
      }
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b = Identity(a)",
        "b = Dropout(a)",
        "b = Dropout(a, ratio, off)",
        "b = Cast(a) <to=1>",
        "b = Transpose(a) <perm=[0, 1, 2]>",
        "b = Reshape(a, same)",
        "b = Pad(a, zeros)",
        "b = Concat(a) <axis=1>",
        "b = Max(a)",
        "b = Slice(a, first, ends, last2)",
        "b = Expand(a, ones)",
        "b = Tile(a, ones)",
        "b = Add(a, minus)",
        "b = Add(minus, a)",
        "b = Mul(one, a)",
        "b = Mul(a, one)",
        "b = Sub(a, zero)",
        "b = Div(a, one)"
      })
  void aNodeThatChangesNothingIsBypassed(String statement) {
    PassRun run = PassRun.of(new RemoveIdentities(), FRAME.formatted(17, statement));
    run.gives(FRAME.formatted(17, "").replace("Neg(b)", "Neg(a)")).computesTheSame(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b = Dropout(a, ratio)",
        "b = Dropout(a)",
        "b = Slice(a) <starts=[0, 0], ends=[3, 99], axes=[1, 2]>",
        "b = Pad(a) <pads=[0, 0, 0, 0, 0, 0]>"
      })
  void soItIsWhereOldOpsetsHaveAttributes(String statement) {
    int opset = statement.contains("ratio") ? 12 : 9;
    PassRun.of(new RemoveIdentities(), FRAME.formatted(opset, statement))
        .gives(FRAME.formatted(opset, "").replace("Neg(b)", "Neg(a)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t = Transpose(a) <perm=[1, 2, 0]>\nb = Transpose(t) <perm=[2, 0, 1]>",
        "t = Transpose(a)\nb = Transpose(t)",
        "t = Unsqueeze(a, axis)\nb = Squeeze(t, axis)",
      })
  void theSecondOfTwoNodesThatUndoEachOtherIsBypassed(String statements) {
    String first = statements.lines().findFirst().orElseThrow();
    PassRun.of(new RemoveIdentities(), FRAME.formatted(17, statements))
        .gives(FRAME.formatted(17, first).replace("Neg(b)", "Neg(a)"))
        .computesTheSame(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b = Cast(a) <to=11>",
        "b = Transpose(a) <perm=[0, 2, 1]>",
        "b = Transpose(a)",
        "b = Concat(a, a) <axis=1>",
        "less = int64[2] {2, 2}\nb = Slice(a, first, less)",
        "b = Slice(a, axis, axis, axis)",
        "b = Add(a, one)",
        "b = Mul(a, zero)",
        "b = Sub(zero, a)",
        "b = Div(one, a)",
        "t = Transpose(a) <perm=[1, 2, 0]>\nb = Transpose(t) <perm=[1, 2, 0]>",
        "all = bool[4] {true, true, true, true}\nn = Compress(a, all) <axis=2>\n"
            + "b = Reshape(n, same)",
        "b = Add(a, zero)",
        "b = Add(zero, a)",
        "b = Sub(a, minus)",
        "n = Relu(a)\nb = Cast(n) <to=1>",
        "wide = float[1,1,1,1] {0}\nb = Add(a, wide)",
        "below = int64[3] {-7, -7, -7}\nb = Reshape(a, below)"
      })
  void aNodeThatChangesSomethingStays(String statement) {
    PassRun.of(new RemoveIdentities(), FRAME.formatted(17, statement)).leavesAlone();
  }

  @Test
  void dropoutWhoseMaskIsReadStays() {
    PassRun.of(
            new RemoveIdentities(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2], m: bool[2]) {
              a = Relu(x)
              b, m = Dropout(a)
              y = Relu(b)
            }
            """)
        .leavesAlone();
  }

  @Test
  void dropoutThatTrainsStays() {
    PassRun.of(
            new RemoveIdentities(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              ratio = float[] {0.5}
              on = bool[] {true}
              b = Dropout(x, ratio, on)
              y = Relu(b)
            }
            """)
        .leavesAlone();
  }

  @Test
  void theOutputOfAGraphKeepsItsName() {
    PassRun.of(
            new RemoveIdentities(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              a = Relu(x)
              b = Neg(a)
              y = Identity(a)
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              y: float[2] = Relu(x)
              b = Neg(y)
            }
            """)
        .computesTheSame(0);
  }

  @Test
  void anInputIsNeverReturnedAsItIs() {
    PassRun.of(
            new RemoveIdentities(),
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y: float[2]) {
              y = Identity(x)
            }
            """)
        .refuses("the graph returns its output and 'x' cannot be it");
  }

  @Test
  void nestedGraphsAreVisitedAndKeepTheirOutputs() {
    PassRun.of(
            new RemoveIdentities(),
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              a = Relu(x)
              y = If(c) <
                then_branch = graph yes() -> (p) { t = Identity(a) p = Neg(t) },
                else_branch = graph no() -> (q) { q = Identity(a) }
              >
            }
            """)
        .gives(
            """
            ir 8, opset 17
            graph g(c: bool[], x: float[2]) -> (y: float[2]) {
              a = Relu(x)
              y = If(c) <
                then_branch = graph yes() -> (p) { p = Neg(a) },
                else_branch = graph no() -> (q) { q = Identity(a) }
              >
            }
            """)
        .computesTheSame(0);
  }

  /** The runtime holds callers to what the inputs declare, and to nothing else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Slice(t, zero, one, zero)",
        "y = Reshape(t, shape)",
      })
  void whatTheFileSaysOfInnerValuesIsNotBelieved(String statement) {
    PassRun.of(
            new RemoveIdentities(),
            """
            ir 8, opset 17
            graph g(x: float[N,K]) -> (y: float[...]) {
              zero = int64[1] {0}
              one = int64[1] {1}
              shape = int64[2] {-1, 12}
              t: float[1,12] = Relu(x)
              %s
            }
            """
                .formatted(statement))
        .leavesAlone();
  }
}
