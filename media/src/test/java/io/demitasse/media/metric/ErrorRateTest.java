package io.demitasse.media.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ErrorRateTest {
  private static Edits words(String truth, String said) {
    return ErrorRate.ofWords(truth, said, TextNormalization.NONE).edits();
  }

  @Test
  void changesAreToldApart() {
    assertThat(words("a b c d", "a b c d")).isEqualTo(new Edits(0, 0, 0));
    assertThat(words("a b c d", "a x c d")).isEqualTo(new Edits(1, 0, 0));
    assertThat(words("a b c d", "a b x c d")).isEqualTo(new Edits(0, 1, 0));
    assertThat(words("a b c d", "a c d")).isEqualTo(new Edits(0, 0, 1));
    assertThat(words("a b c d", "")).isEqualTo(new Edits(0, 0, 4));
    assertThat(words("", "a b")).isEqualTo(new Edits(0, 2, 0));
    // the cat sat on the mat: "the" is missing, "sat" is "sit", "it" is too much.
    assertThat(words("the cat sat on the mat", "cat sit on the mat it"))
        .isEqualTo(new Edits(1, 1, 1));
    // Replacing both is as short as inserting and deleting one each: substitutions are counted.
    assertThat(words("a b", "b c")).isEqualTo(new Edits(2, 0, 0));
  }

  @Test
  void kittenIsThreeChangesFromSitting() {
    assertThat(Edits.ofCharacters("kitten", "sitting")).isEqualTo(new Edits(2, 1, 0));
    assertThat(Edits.ofCharacters("a😀b", "ab")).isEqualTo(new Edits(0, 0, 1));
    assertThat(Edits.of(new long[] {1, 2, 3}, new long[] {1, 3, 4, 4}).total()).isEqualTo(3);
  }

  @Test
  void theOtherWayInsertionsAreDeletions() {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 50; trial++) {
      long[] one = random.longs(random.nextInt(12), 0, 4).toArray();
      long[] other = random.longs(random.nextInt(12), 0, 4).toArray();
      Edits there = Edits.of(one, other);
      Edits back = Edits.of(other, one);
      assertThat(back.substitutions()).isEqualTo(there.substitutions());
      assertThat(back.insertions()).isEqualTo(there.deletions());
      assertThat(back.deletions()).isEqualTo(there.insertions());
      assertThat(there.insertions() - there.deletions()).isEqualTo(other.length - one.length);
    }
  }

  @Test
  void longTextsCountMoreInASet() {
    ErrorRate one = ErrorRate.ofWords("One, two.", "one TWO three", TextNormalization.ENGLISH);
    ErrorRate other =
        ErrorRate.ofWords("a b c d e f g h", "a b c d e f g", TextNormalization.ENGLISH);

    assertThat(one.value()).isEqualTo(.5);
    assertThat(other.value()).isEqualTo(.125);
    assertThat(ErrorRate.of(List.of(one, other))).isEqualTo(.2);
    assertThat(ErrorRate.ofWords("a", "b c d", TextNormalization.NONE).value()).isEqualTo(3);
    assertThat(ErrorRate.ofCharacters("ab cd", "abcd", TextNormalization.NONE).value())
        .isCloseTo(.2, within(1e-12));
    assertThat(ErrorRate.of(List.of())).isNaN();
  }
}
