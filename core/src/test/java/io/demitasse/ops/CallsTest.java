package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallsTest {
  private static final String INPUTS =
      """
      opset 17, com.microsoft 1, my.domain 1
      graph g(x: float[1,4,8,8], m: float[2,4], s: float[], c: bool[], ids: int64[2]) -> () {
        w = float[4,4,3,3] ~ 1
        v = float[4] ~ 2
        n = int64[1] {1}
        none = bool[0] {}
      """;

  private static List<String> problems(String nodes) {
    return Calls.problems(TextGraph.parse(INPUTS + nodes + "\n}"));
  }

  @ParameterizedTest
  @EnumSource(Op.class)
  void everyOperatorOfTheTableHasASignature(Op op) {
    assertThat(Signatures.of(op).mostInputs()).isNotNegative();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          y = Sub(x)                  | Sub -> 'y' takes 2 inputs, got 1
          y = Relu(x, x)              | Relu -> 'y' takes 1 input, got 2
          y = Relu(_)                 | Relu -> 'y' takes 1 input, got 0
          y = Clip(x, s, s, s)        | Clip -> 'y' takes 1 to 3 inputs, got 4
          y = Pad(_, n)               | Pad -> 'y' lacks its input 0, expected 1 to 4 inputs
          y = Concat() <axis=0>       | Concat -> 'y' takes at least 1 input, got 0
          y, z = Add(x, x)            | Add -> 'y' gives 1 output, got 2
          y = Cast(x)                 | Cast -> 'y' lacks the attribute 'to', expected one
          y = Constant()              | Constant -> 'y' holds nothing, expected a value
          y = Softmax(x) <axis="a">   | Softmax -> 'y' has an attribute 'axis' that is not an integer
          y = MatMul(s, m)            | MatMul -> 'y' takes at least 1 axis as input 0, got 's' of 0
          y = Conv(x, v)              | Conv -> 'y' takes at least 2 axes as input 1, got 'v' of 1
          y = Reshape(x, v)           | Reshape -> 'y' takes 32 or 64-bit integers as input 1, got 'v' of type float
          y = Tile(x, v)              | Tile -> 'y' takes 32 or 64-bit integers as input 1, got 'v' of type float
          y = Transpose(m) <perm=[0, 2, 1]> | Transpose -> 'y' has a perm of [0, 2, 1], expected each of 0 to 1 once
          y = Transpose(m) <perm=[0, 0]> | Transpose -> 'y' has a perm of [0, 0], expected each of 0 to 1 once
          r = Relu(m) y = Transpose(r) <perm=[0, 5]> | Transpose -> 'y' has a perm of [0, 5], expected each of 0 to 1 once
          r = Relu(m) y = Transpose(r) <perm=[-1, 0]> | Transpose -> 'y' has a perm of [-1, 0], expected each of 0 to 1 once
          y = ConvTranspose(x, w) <group=0> | ConvTranspose -> 'y' has 0 groups, expected at least 1
          y = ReverseSequence(v, ids) | ReverseSequence -> 'y' takes at least 2 axes as input 0, got 'v' of 1
          y = RoiAlign(x, v, ids)     | RoiAlign -> 'y' takes at least 2 axes as input 1, got 'v' of 1
          y = If(s)                   | If -> 'y' takes one boolean, got 's'
          y = If(none)                | If -> 'y' takes one boolean, got 'none'
          y = If(c)                   | If -> 'y' lacks the attribute 'then_branch', expected one
          y = com.microsoft::Gelu()   | com.microsoft.Gelu -> 'y' takes at least 1 input, got 0
          """)
  void whatNoRuntimeCouldCarryOutIsAProblem(String nodes, String problem) {
    assertThat(problems(nodes)).anySatisfy(each -> assertThat(each).contains(problem.strip()));
  }

  @Test
  void branchesOfAnIfGiveWhatItGives() {
    assertThat(
            problems(
                "y = If(c) <then_branch=graph t() -> (p) { p = Relu(m) }, else_branch=graph e() ->"
                    + " () { }>"))
        .singleElement()
        .asString()
        .contains("needs branches that take nothing and give 1, got 'else_branch'");
  }

  /** What exporters of all times write. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Dropout(x)",
        "y, mask = Dropout(x, s, c)",
        "y, a, b, d, e = BatchNormalization(x, v, v, v, v)",
        "y = Slice(x) <starts=[0], ends=[1]>",
        "y = Slice(x, n, n, n, n)",
        "y = Clip(x) <min=0.0, max=6.0>",
        "y = Clip(x, _, s)",
        "y = Upsample(x) <scales=[1.0, 1.0, 2.0, 2.0]>",
        "y = Resize(x, v)",
        "y = Resize(x, _, v)",
        "y = Resize(x, _, _, ids)",
        "y, h, k = LSTM(x, x, x, _, _, x)",
        "_, h = GRU(x, x, x)",
        "y = Squeeze(x) <axes=[0]>",
        "y, i = TopK(x) <k=1>",
        "y, z = Split(m) <axis=0>",
        "y = Reshape(x) <shape=[1, -1]>",
        "y = Cast(x) <to=\"FLOAT\">",
        "y = com.microsoft::QLinearConcat(s, n, x, s, n, x, s, n)",
        "y = com.microsoft::EmbedLayerNormalization(ids, _, m, m, _, v, v)",
        "y, _, _, z = com.microsoft::SkipLayerNormalization(x, x, v)",
        "y = my.domain::Relu(x, x, x) <axis=\"a\">",
        "y = Unheard(x, x, x) <axis=\"a\">"
      })
  void whatSomeVersionTakesIsNone(String nodes) {
    assertThat(problems(nodes)).isEmpty();
  }
}
