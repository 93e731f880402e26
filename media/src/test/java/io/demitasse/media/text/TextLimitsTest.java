package io.demitasse.media.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import org.junit.jupiter.api.Test;

class TextLimitsTest {
  @Test
  void wordsAndPositionsAreReadFromTheirTables() {
    assertThat(
            limits(
                "input_ids: int64[B,S], token_type_ids: int64[B,S], p: int64[1,S]",
                """
                word = float[100,4] ~ 1
                type = float[80,4] ~ 2
                position = float[128,4] ~ 3
                a = Gather(word, input_ids)
                b = Gather(type, token_type_ids)
                c = Gather(position, p)
                ab = Add(a, b)
                y = Add(ab, c)
                """))
        .isEqualTo(new TextLimits(128, false, 100));
  }

  @Test
  void positionsMayBeCutFromATable() {
    assertThat(
            limits(
                "input_ids: int64[B,S], end: int64[1]",
                """
                word = float[100,4] ~ 1
                position = float[1,256,4] ~ 3
                zero = int64[1] {0}
                one = int64[1] {1}
                a = Gather(word, input_ids)
                c = Slice(position, zero, end, one)
                y = Add(a, c)
                """))
        .isEqualTo(new TextLimits(256, false, 100));
  }

  @Test
  void twoRowsBeforeTheFirstPositionAreNoTokens() {
    assertThat(
            limits(
                    "input_ids: int64[B,S], p: int64[1,S]",
                    """
                    word = float[100,4] ~ 1
                    position = float[514,4] ~ 3
                    a = Gather(word, input_ids)
                    c = Gather(position, p)
                    y = Add(a, c)
                    """)
                .maxTokens())
        .isEqualTo(512);
  }

  @Test
  void quantizedTablesBehindCastsAreSeen() {
    assertThat(
            limits(
                "input_ids: int32[B,S]",
                """
                stored = uint8[300,4] {%s}
                scale = float[] {0.5}
                word = DequantizeLinear(stored, scale)
                ids = Cast(input_ids) <to=7>
                y = Gather(word, ids)
                """
                    .formatted("0, ".repeat(1199) + "0")))
        .isEqualTo(new TextLimits(512, false, 300));
  }

  @Test
  void aFixedLengthGoesBeforeTheTable() {
    assertThat(limits("input_ids: int64[1,16]", "y = Identity(input_ids)"))
        .isEqualTo(new TextLimits(16, true, Long.MAX_VALUE));
  }

  @Test
  void otherModelsHaveTheUsualLimits() {
    assertThat(limits("x: float[N]", "y = Identity(x)")).isEqualTo(TextLimits.USUAL);
    assertThat(limits("input_ids: int64[B,S]", "y = Identity(input_ids)"))
        .isEqualTo(TextLimits.USUAL);
  }

  private static TextLimits limits(String inputs, String body) {
    return TextLimits.of(
        TextGraph.parse(
            "ir 10, opset 17\n\ngraph main(%s) -> (y) {\n%s\n}\n".formatted(inputs, body)));
  }
}
