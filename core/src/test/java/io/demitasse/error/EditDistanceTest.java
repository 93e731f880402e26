package io.demitasse.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EditDistanceTest {

  @Test
  void distancesByHand() {
    assertThat(EditDistance.of("kitten", "sitting")).isEqualTo(3);
    assertThat(EditDistance.of("flaw", "lawn")).isEqualTo(2);
    assertThat(EditDistance.of("", "abc")).isEqualTo(3);
    assertThat(EditDistance.of("abc", "")).isEqualTo(3);
    assertThat(EditDistance.of("abc", "abc")).isZero();
    assertThat(EditDistance.of("a b", "ab")).isEqualTo(1);
  }

  @Test
  void aSwapOfNeighborsIsOneChangeWhereItIsAskedFor() {
    assertThat(EditDistance.of("fuse", "fsue")).isEqualTo(2);
    assertThat(EditDistance.withSwaps("fuse", "fsue")).isEqualTo(1);
    assertThat(EditDistance.withSwaps("fuse", "fsu")).isEqualTo(2);
    // What was swapped is not changed again: CA, AC, ABC would be two.
    assertThat(EditDistance.withSwaps("CA", "ABC")).isEqualTo(3);
    assertThat(EditDistance.withSwaps("kitten", "sitting")).isEqualTo(3);
    assertThat(EditDistance.withSwaps("abcd", "badc")).isEqualTo(2);
  }

  @Test
  void aCharacterBeyondTheBasicPlaneIsOne() {
    assertThat(EditDistance.of("a\uD83D\uDE00b", "ab")).isEqualTo(1);
  }
}
