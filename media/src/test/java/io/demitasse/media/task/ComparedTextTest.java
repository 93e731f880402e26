package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComparedTextTest {

  @Test
  void aCharacterBeyondTheBasicPlaneIsOne() {
    assertThat(ComparedText.length("a\uD83D\uDE00b")).isEqualTo(3);
  }

  @Test
  void textsAreComparedWithoutOuterSpaceAndInCompatibleForm() {
    assertThat(ComparedText.normalized("  two \t words\u00a0 ")).isEqualTo("two words");
    assertThat(ComparedText.normalized("\uFF0C\uFB01")).isEqualTo(",fi");
    assertThat(ComparedText.normalized("e\u0301")).isEqualTo("\u00e9");
  }
}
