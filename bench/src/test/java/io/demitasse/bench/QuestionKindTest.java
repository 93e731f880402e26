package io.demitasse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionKindTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          what color is the circle?               | what color
          what is the color of the shape?         | what color
          what is the blue shape?                 | what shape
          what shape does the image contain?      | what shape
          is there a red shape in the image?      | color there
          does the image not contain a red shape? | color missing
          is no teal shape present?               | color missing
          is a rectangle present?                 | shape there
          is there not a circle?                  | shape missing
          Is THERE a Circle                       | shape there
          """)
  void aQuestionIsOfTheKindOfWhatItAsksFor(String question, String kind) {
    assertThat(QuestionKind.of(question).text()).isEqualTo(kind);
  }

  @Test
  void aWordIsNoPartOfAnother() {
    assertThat(QuestionKind.of("is there a red shape, I know not"))
        .isEqualTo(QuestionKind.COLOR_MISSING);
    assertThat(QuestionKind.of("is there a red note?")).isEqualTo(QuestionKind.COLOR_THERE);
  }

  @Test
  void whatIsNotAskedThereIsRefused() {
    assertThatThrownBy(() -> QuestionKind.of("is it raining?"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is it raining?");
  }
}
