package io.demitasse.media.task;

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
  void aCharacterBeyondTheBasicPlaneIsOne() {
    assertThat(EditDistance.of("a\uD83D\uDE00b", "ab")).isEqualTo(1);
    assertThat(EditDistance.length("a\uD83D\uDE00b")).isEqualTo(3);
  }

  @Test
  void textsAreComparedWithoutOuterSpaceAndInCompatibleForm() {
    assertThat(EditDistance.normalized("  two \t words\u00a0 ")).isEqualTo("two words");
    assertThat(EditDistance.normalized("\uFF0C\uFB01")).isEqualTo(",fi");
    assertThat(EditDistance.normalized("e\u0301")).isEqualTo("\u00e9");
  }
}
