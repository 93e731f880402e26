package io.demitasse.passes.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Node;
import io.demitasse.testkit.PassRun;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FoldShapesTest {
  private static final Map<String, Long> SIZES = Map.of("N", 3L, "T", 5L);

  private static PassRun run(String text) {
    return PassRun.of(new FoldShapes(), text);
  }

  @Test
  void aSizeThatNeverVariesBecomesAConstant() {
    run("""
    ir 8, opset 13
    graph g(x: float[N,T,4]) -> (y: float[...]) {
      w = float[2,2] {1, 2, 3, 4}
      start = int64[1] {2}
      end = int64[1] {3}
      shape = Shape(x)
      size = Slice(shape, start, end)
      scale = Reshape(w, size)
      y = Mul(x, scale)
    }
    """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[N,T,4]) -> (y: float[...]) {
              w = float[2,2] {1, 2, 3, 4}
              start = int64[1] {2}
              end = int64[1] {3}
              size = int64[1] {4}
              shape = Shape(x)
              scale = Reshape(w, size)
              y = Mul(x, scale)
            }
            """)
        .computesTheSame(0, SIZES);
  }

  @Test
  void aSizeThatIsGivenOutIsStillMadeByANode() {
    run("""
    ir 8, opset 13
    graph g(x: float[2,4]) -> (y: int32[2]) {
      s = Shape(x)
      y = Cast(s) <to=6>
    }
    """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[2,4]) -> (y: int32[2]) {
              s = Shape(x)
              y: int32[2] = Constant() <value=int32[2] {2, 4}>
            }
            """)
        .computesTheSame(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Shape(x)",
        "s = Shape(x)  a = int64[] {0}  y = Gather(s, a)",
        "y = my.domain::Shape(x)",
        "y = Relu(x)",
      })
  void whatVariesIsLeftAlone(String body) {
    String text =
        "ir 8, opset 13, my.domain 1\ngraph g(x: float[N,T,4]) -> (y: float[...]) {\n"
            + body.replace("  ", "\n")
            + "\n}";
    assertThat(run(text).leavesAlone().changes()).isEmpty();
  }

  @Test
  void whatDependsOnConstantsAloneIsForFoldConstants() {
    run("ir 8, opset 13\ngraph g() -> (y: int64[1]) {\nw = float[3] {1, 2, 3}\ny = Shape(w)\n}")
        .leavesAlone();
  }

  private static final String ARITHMETIC =
      """
      ir 8, opset 17
      graph g(x: float[N,2049,300]) -> (y: int64[...]) {
        zero = int64[1] {0}
        one = int64[1] {1}
        two = int64[1] {2}
        three = int64[1] {3}
        less = int64[1] {-7}
        third = float[1] {0.1}
        large = int64[1] {4611686018427387905}
        long = Shape(x) <start=1, end=2>
        wide = Shape(x) <start=2, end=3>
        %s
      }
      """;

  /** Each becomes what the runtime computes, in the type in which it computes it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "h = Cast(long) <to=10>  y = Cast(h) <to=7> | 2048",
        "b = Cast(wide) <to=3>  y = Cast(b) <to=7> | 44",
        "b = Cast(wide) <to=2>  y = Cast(b) <to=7> | 44",
        "i = Cast(long) <to=6>  s = Mul(i, i)  t = Mul(s, s)  y = Cast(t) <to=7> | 25174017",
        "m = Mul(wide, less)  y = Div(m, long) | -1",
        "m = Mul(wide, less)  y = Mod(m, long) | 1998",
        "m = Mul(wide, less)  y = Mod(m, long) <fmod=1> | -51",
        "f = Cast(wide) <to=1>  m = Mul(f, third)  y = Cast(m) <to=7> | 30",
        "c = Concat(less, long) <axis=0>  y = ReduceSum(c) <keepdims=1> | 2042",
        "b = Cast(long) <to=9>  n = Not(b)  y = Cast(n) <to=7> | 0",
      })
  void arithmeticIsThatOfTheType(String body, long expected) {
    PassRun run =
        run(ARITHMETIC.formatted(body.replace("  ", "\n"))).computesTheSame(0, Map.of("N", 3L));

    assertThat(run.after().graph().nodes()).anyMatch(node -> isConstant(node, expected));
  }

  private static boolean isConstant(Node node, long expected) {
    return node.is("Constant")
        && Arrays.equals(node.output().constant().orElseThrow().toLongs(), new long[] {expected});
  }

  /** What the type's arithmetic leaves open is left to the runtime. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "h = Cast(long) <to=10>  m = Add(h, h)  y = Cast(m) <to=7>",
        "h = Cast(long) <to=16>  y = Cast(h) <to=7>",
        "m = Mul(long, large)  y = Div(m, large)",
        "m = Sub(large, long)  y = Mod(m, two)",
        "f = Cast(long) <to=1>  m = Pow(f, third)  y = Cast(m) <to=7>",
        "f = Cast(wide) <to=1>  m = Mul(f, third)  r = Concat(m, m, m) <axis=0>  "
            + "s = ReduceSum(r) <keepdims=1>  y = Cast(s) <to=7>",
        "n = Shape(x) <end=1>  g = Greater(n, one)  o = Not(g)  y = Cast(o) <to=7>",
      })
  void whatCannotBeToldIsLeftToTheRuntime(String body) {
    PassRun run = run(ARITHMETIC.formatted(body.replace("  ", "\n")));

    assertThat(run.after().graph().nodes()).noneMatch(node -> node.is("Constant"));
  }

  @Test
  void anEinsumRepeatsWhatHasSizeOne() {
    run("""
    ir 8, opset 17
    graph g(x: float[1,3], z: float[5,4]) -> (y: int64[3]) {
      e = Einsum(x, z) <equation="bi,bj->bij">
      y = Shape(e)
    }
    """)
        .gives(
            """
            ir 8, opset 17
            graph g(x: float[1,3], z: float[5,4]) -> (y: int64[3]) {
              e = Einsum(x, z) <equation="bi,bj->bij">
              y: int64[3] = Constant() <value=int64[3] {5, 3, 4}>
            }
            """)
        .computesTheSame(0);
  }

  /** The runtime holds callers to what the inputs declare, and to nothing else. */
  @Test
  void whatTheFileSaysOfInnerValuesIsNotBelieved() {
    run("""
    ir 8, opset 17
    graph g(x: float[N,12]) -> (y: int64[2]) {
      t: float[1,12] = Relu(x)
      y = Shape(t)
    }
    """)
        .leavesAlone();
  }

  @Test
  void bodiesAreNotHeldToWhatTheirInputsDeclare() {
    run("""
    ir 8, opset 17
    graph g(x: float[N,12], c: bool[]) -> (y: int64[2]) {
      trips = int64[] {2}
      start = int64[2] {0, 0}
      y, s = Loop(trips, c, start, x) <
        body = graph body(i: int64[], on: bool[], sum: int64[2], v: float[1,12])
            -> (more, next, v2) {
          more = Identity(on)
          shape = Shape(v)
          next = Add(sum, shape)
          v2 = Neg(v)
        }
      >
    }
    """)
        .leavesAlone()
        .computesTheSame(0, Map.of("N", 3L));
  }
}
