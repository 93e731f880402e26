package io.demitasse.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeclaredInputsTest {
  private static final DeclaredInputs TEXT =
      inputs("input_ids: int64[B,S], attention_mask: int64[B,S]");
  private static final DeclaredInputs IMAGE = inputs("x: float[B,3,?]");

  @Test
  void aModelTakesTextWhenATokenizerMakesAllItNeeds() {
    assertThat(TEXT.takesText()).isTrue();
    assertThat(IMAGE.takesText()).isFalse();
    assertThat(inputs("input_ids: int64[B,S], x: float[B]").takesText()).isFalse();
    assertThat(inputs("attention_mask: int64[B,S]").takesText()).isFalse();
  }

  @Test
  void tensorsOfTheDeclaredTypeStayAsTheyAre() {
    Tensor x = Tensor.ofFloats(new long[] {2, 3, 1}, 1, 2, 3, 4, 5, 6);

    assertThat(IMAGE.fit(Map.of("x", x)).get("x")).isSameAs(x);
  }

  @Test
  void aMissingBatchDimensionIsAdded() {
    Tensor x = Tensor.ofFloats(new long[] {3, 1}, 1, 2, 3);

    assertThat(IMAGE.fit(Map.of("x", x)).get("x")).hasToString("float[1,3,1]");
  }

  @Test
  void typesAreConvertedWhereNoValueChanges() {
    Tensor doubles = Tensor.ofNumbers(DataType.DOUBLE, new long[] {3, 1}, 0.1, 2, -3);
    Tensor bytes = Tensor.ofNumbers(DataType.UINT8, new long[] {3, 1}, 0, 128, 255);
    Tensor ints = Tensor.ofInts(new long[] {1, 2}, 101, -1);

    assertThat(IMAGE.fit(Map.of("x", doubles)).get("x").toFloats()).containsExactly(0.1f, 2, -3);
    assertThat(IMAGE.fit(Map.of("x", bytes)).get("x").toFloats()).containsExactly(0, 128, 255);
    Tensor fitted = TEXT.fit(Map.of("input_ids", ints, "attention_mask", ints)).get("input_ids");
    assertThat(fitted.dataType()).isEqualTo(DataType.INT64);
    assertThat(fitted.toLongs()).containsExactly(101, -1);
  }

  @Test
  void valuesThatDoNotFitTheDeclaredTypeAreRefused() {
    Tensor large = Tensor.ofLongs(new long[] {1, 1}, 1L << 31);
    Tensor odd = Tensor.ofLongs(new long[] {3, 1}, (1 << 24) + 1, 0, 0);
    Tensor huge = Tensor.ofNumbers(DataType.DOUBLE, new long[] {3, 1}, 1e300, 0, 0);
    Tensor two = Tensor.ofLongs(new long[] {1}, 2);

    assertThatThrownBy(() -> inputs("n: int32[B,S]").fit(Map.of("n", large)))
        .isInstanceOf(DemitasseException.class)
        .hasMessage("input 'n': expected int32[B,S], got int64[1,1] with values that do not fit");
    assertThatThrownBy(() -> IMAGE.fit(Map.of("x", odd))).hasMessageEndingWith("do not fit");
    assertThatThrownBy(() -> IMAGE.fit(Map.of("x", huge))).hasMessageEndingWith("do not fit");
    assertThatThrownBy(() -> inputs("n: bool[B]").fit(Map.of("n", two)))
        .hasMessageEndingWith("do not fit");
  }

  @Test
  void aMisfitNamesWhatIsDeclaredAndWhatWasGiven() {
    Tensor floats = Tensor.ofFloats(new long[] {3}, 1, 2, 3);

    assertThatThrownBy(() -> TEXT.fit(Map.of("input_ids", floats, "attention_mask", floats)))
        .hasMessage("input 'input_ids': expected int64[B,S], got float[3]");
    assertThatThrownBy(() -> IMAGE.fit(Map.of("x", Tensor.scalar(1f))))
        .hasMessage("input 'x': expected float[B,3,?], got float[]");
    assertThatThrownBy(() -> IMAGE.fit(Map.of("x", Tensor.ofFloats(new long[] {1, 1, 1}, 1))))
        .hasMessage("input 'x': expected float[B,3,?], got float[1,1,1]");
  }

  @Test
  void aMissingInputIsNamedWithAllThatIsTaken() {
    Tensor ids = Tensor.ofLongs(new long[] {1, 1}, 1);

    assertThatThrownBy(() -> TEXT.fit(Map.of("input_ids", ids)))
        .hasMessage(
            "the model needs an input attention_mask: int64[B,S], got input_ids; it takes"
                + " input_ids: int64[B,S], attention_mask: int64[B,S]");
  }

  @Test
  void dimensionsOfOneNameMustBeEqual() {
    Tensor two = Tensor.ofLongs(new long[] {1, 2}, 1, 1);
    Tensor three = Tensor.ofLongs(new long[] {1, 3}, 1, 1, 1);

    assertThatThrownBy(() -> TEXT.fit(Map.of("input_ids", two, "attention_mask", three)))
        .hasMessage(
            "input 'attention_mask' has 3 along 'S', but input 'input_ids' has 2: both must be"
                + " equal");
  }

  @Test
  void tensorsThatAreNoInputsAreLeftOut() {
    Tensor x = Tensor.ofFloats(new long[] {1, 3, 1}, 1, 2, 3);

    assertThat(IMAGE.fit(Map.of("label", x, "x", x))).containsOnlyKeys("x");
  }

  private static DeclaredInputs inputs(String declared) {
    String first = declared.substring(0, declared.indexOf(':'));
    return DeclaredInputs.of(
        TextGraph.parse(
            "ir 10, opset 17\n\ngraph main(%s) -> (y) {\n  y = Identity(%s)\n}\n"
                .formatted(declared, first)));
  }
}
