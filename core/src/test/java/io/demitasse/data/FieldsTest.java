package io.demitasse.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldsTest {
  @Test
  void aTextIsATextAndPerhapsANumber() {
    Fields fields = Fields.NONE.with("speaker", "ann").with("score", " 2.5 ").with("far", "1e999");

    assertThat(fields.text("speaker")).hasValue("ann");
    assertThat(fields.number("speaker")).isEmpty();
    assertThat(fields.number("score")).hasValue(2.5);
    assertThat(fields.number("far")).isEmpty();
    assertThat(fields.text("other")).isEmpty();
    assertThat(fields.number("other")).isEmpty();
  }

  @Test
  void wholeNumbersAreTextsWithoutAPoint() {
    Fields fields =
        Fields.NONE
            .with("label", Tensor.scalar(3))
            .with("float", Tensor.scalar(3f))
            .with("half", Tensor.ofNumbers(DataType.DOUBLE, new long[] {1}, 0.5));

    assertThat(fields.text("label")).hasValue("3");
    assertThat(fields.text("float")).hasValue("3");
    assertThat(fields.text("half")).hasValue("0.5");
    assertThat(fields.number("half")).hasValue(0.5);
  }

  @Test
  void severalValuesAreNotOne() {
    Fields fields = Fields.NONE.with("tags", List.of("B", "O")).with("none", List.<String>of());

    assertThat(fields.text("tags")).isEmpty();
    assertThat(fields.texts("tags")).containsExactly("B", "O");
    assertThat(fields.text("none")).isEmpty();
    assertThat(fields.texts("missing")).isEmpty();
  }

  @Test
  void aSampleKeepsWhatItIsWithOtherFields() {
    Sample.Text text = new Sample.Text("line 1", "a cup");

    assertThat(text.fields()).isEqualTo(Fields.NONE);
    assertThat(text.with(Fields.NONE.with("label", "x")).fields().text("label")).hasValue("x");
    assertThat(text.with(Fields.NONE)).isEqualTo(text);
  }
}
