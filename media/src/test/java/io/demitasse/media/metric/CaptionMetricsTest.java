package io.demitasse.media.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BLEU-4, ROUGE-L, CIDEr-D and exact matches. */
class CaptionMetricsTest {
  private static List<String> words(String text) {
    return TextNormalization.NONE.words(text);
  }

  private static List<List<String>> texts(String... texts) {
    return Arrays.stream(texts).map(CaptionMetricsTest::words).toList();
  }

  /** The first example of NLTK's documentation of {@code bleu_score}. */
  private static Bleu guide() {
    return Bleu.of(
        words(
            "It is a guide to action which ensures that the military always obeys the commands of"
                + " the party"),
        texts(
            "It is a guide to action that ensures that the military will forever heed Party"
                + " commands",
            "It is the guiding principle which guarantees the military forces always being under"
                + " the command of the Party",
            "It is the practical guide for the army always to heed the directions of the party"));
  }

  @Test
  void bleuIsAsPublished() {
    assertThat(Bleu.of(List.of(guide()))).isCloseTo(.5045666840058485, within(1e-12));
    // "the" seven times: two of them are in a right text (Papineni et al., example 2).
    Bleu repeated =
        Bleu.of(
            words("the the the the the the the"),
            texts("the cat is on the mat", "there is a cat on the mat"));
    assertThat(repeated.matched()).containsExactly(2, 0, 0, 0);
    assertThat(repeated.possible()).containsExactly(7, 6, 5, 4);
    assertThat(Bleu.of(List.of(repeated))).isZero();
  }

  @Test
  void bleuOfASetIsAsPublished() {
    Bleu book =
        Bleu.of(
            words("he read the book because he was interested in world history"),
            texts("he was interested in world history because he read the book"));

    assertThat(Bleu.of(List.of(guide(), book))).isCloseTo(.5920778868801042, within(1e-12));
  }

  @Test
  void whatIsTooShortIsPenalized() {
    Bleu half = Bleu.of(words("a b c d"), texts("a b c d e f g h", "a b c d e f g h i j"));

    assertThat(half.truth()).isEqualTo(8);
    assertThat(Bleu.of(List.of(half))).isCloseTo(Math.exp(-1), within(1e-12));
    assertThat(Bleu.of(words("a b c d e"), texts("a b c d", "a b c d e f")).truth()).isEqualTo(4);
    assertThat(Bleu.of(List.of(Bleu.of(words(""), texts("a"))))).isZero();
  }

  @Test
  void rougeWeighsRecallMore() {
    // Lin's example: three of four words in the order of both.
    assertThat(RougeL.of(words("police kill the gunman"), texts("police killed the gunman")))
        .isCloseTo(.75, within(1e-12));
    // Two common words: P = 2/2, R = 2/4, F = 2.44 * .5 / (.5 + 1.44).
    assertThat(RougeL.of(words("a c"), texts("a b c d"))).isCloseTo(1.22 / 1.94, within(1e-12));
    // The best precision is that of "a b x y" (2/3), the best recall that of "a" (1/1).
    assertThat(RougeL.of(words("a b z"), texts("a b x y", "a")))
        .isCloseTo(2.44 * 2 / 3 / (1 + 1.44 * 2 / 3), within(1e-12));
    assertThat(RougeL.of(words(""), texts("a"))).isZero();
    assertThat(RougeL.of(words("b"), texts("a"))).isZero();
  }

  @Test
  void aCaptionThatIsRightScoresAsItsSequencesAreThere() {
    CiderD metric = new CiderD(List.of(texts("a red cup on it"), texts("a blue sun over it")));

    // Words that both pictures have weigh nothing, and cosines of what is left are 1.
    assertThat(metric.of(words("a red cup on it"), texts("a red cup on it")))
        .isCloseTo(10, within(1e-9));
    // Of two words there are no sequences of three and four.
    assertThat(metric.of(words("red cup"), texts("red cup"))).isCloseTo(5, within(1e-9));
    assertThat(metric.of(words("a"), texts("a"))).isZero();
    assertThat(metric.of(words(""), texts("a red cup"))).isZero();
  }

  @Test
  void ciderIsAsComputedByHand() {
    CiderD metric = new CiderD(List.of(texts("red cup", "cup"), texts("sun")));
    // Every sequence is of one picture of two at most, so each counts ln 2, which cancels out.
    // Said: {cup: 2, red: 1}; against {red: 1, cup: 1}, clipped: 1 + 1 over sqrt(5) sqrt(2), and
    // one word too many; against {cup: 1}: 1 over sqrt(5), and two. No two words are common.
    double first = Math.exp(-1 / 72.0) * 2 / Math.sqrt(10) / 4;
    double second = Math.exp(-4 / 72.0) / Math.sqrt(5) / 4;
    double expected = 10 * (first + second) / 2;

    assertThat(metric.of(words("cup cup red"), texts("red cup", "cup")))
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void withOnePictureNothingWeighsAnything() {
    assertThat(new CiderD(List.of(texts("a cup"))).of(words("a cup"), texts("a cup"))).isZero();
  }

  @Test
  void textsMatchOnceTheyAreAlike() {
    assertThat(ExactMatch.of("A Cup.", List.of("sun", "a cup"), TextNormalization.BASIC)).isTrue();
    assertThat(ExactMatch.of("A Cup.", List.of("a cup"), TextNormalization.NONE)).isFalse();
    assertThat(ExactMatch.of("", List.of("a"), TextNormalization.BASIC)).isFalse();
  }
}
