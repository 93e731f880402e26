package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CtcDecoderTest {
  /** The blank, a, b, c and the space. */
  private static final int CLASSES = 5;

  private final CtcDecoder decoder = new CtcDecoder(List.of("a", "b", "c"));

  @Test
  void repetitionsAreOneCharacterUnlessABlankPartsThem() {
    assertThat(decode(1, 1, 0, 1, 2, 2, 3).text()).isEqualTo("aabc");
  }

  @Test
  void theLastClassIsTheSpace() {
    assertThat(decode(1, 4, 2, 4).text()).isEqualTo("a b ");
  }

  @Test
  void confidenceIsTheMeanOverTheCharactersThatAreSpelled() {
    float[] scores = new float[4 * CLASSES];
    scores[1] = 0.9f;
    scores[CLASSES + 1] = 0.3f;
    scores[2 * CLASSES] = 1;
    scores[3 * CLASSES + 2] = 0.5f;

    ReadLine line = decoder.decode(Tensor.ofFloats(new long[] {1, 4, CLASSES}, scores)).getFirst();

    assertThat(line.text()).isEqualTo("ab");
    assertThat(line.confidence()).isCloseTo(0.7, within(1e-6));
  }

  @Test
  void aLineOfBlanksIsEmptyAndUnsure() {
    assertThat(decode(0, 0, 0)).isEqualTo(new ReadLine("", 0));
  }

  @Test
  void everyLineOfABatchIsSpelledByItself() {
    float[] scores = new float[2 * 2 * CLASSES];
    scores[1] = 1;
    scores[CLASSES + 2] = 1;
    scores[2 * CLASSES + 2] = 1;
    scores[3 * CLASSES + 3] = 1;

    assertThat(decoder.decode(Tensor.ofFloats(new long[] {2, 2, CLASSES}, scores)))
        .extracting(ReadLine::text)
        .containsExactly("ab", "bc");
  }

  @Test
  void scoresThatAreNoNumbersSpellNothing() {
    float[] scores = new float[CLASSES];
    Arrays.fill(scores, Float.NaN);

    assertThat(decoder.decode(Tensor.ofFloats(new long[] {1, 1, CLASSES}, scores)))
        .containsExactly(new ReadLine("", 0));
  }

  @Test
  void aKeyListOfAnotherModelSaysWhatIsExpected() {
    Tensor scores = Tensor.ofFloats(new long[] {1, 1, 3}, 0, 0, 0);

    assertThatThrownBy(() -> decoder.decode(scores))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The recognizer must give scores float[B,T,5]: the blank, 3 keys and the space; but it"
                + " gives float[1,1,3]. Give the key list that belongs to the model.");
  }

  private ReadLine decode(int... best) {
    float[] scores = new float[best.length * CLASSES];
    for (int step = 0; step < best.length; step++) {
      scores[step * CLASSES + best[step]] = 0.8f;
    }
    long[] sizes = {1, best.length, CLASSES};
    return decoder.decode(Tensor.ofFloats(sizes, scores)).getFirst();
  }
}
