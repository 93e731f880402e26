package io.demitasse.media.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import org.junit.jupiter.api.Test;

class TextNormalizationTest {
  @Test
  void englishIsComparedAsItIsSpoken() {
    assertEnglish("Hello, World!", "hello world");
    assertEnglish(
        "I don\u2019t; we won't, you CAN'T cannot", "i do not we will not you can not can not");
    assertEnglish("They're here, he's been, she'd gone", "they are here he has been she had gone");
    assertEnglish(
        "I'd say it's John's, I'm sure we'll've",
        "i would say it is john is i am sure we will have");
    assertEnglish("Umm, the hmm [noise] cat (laughs) sat <unk>", "the cat sat");
    assertEnglish("hummus mmol", "hummus mmol");
    assertEnglish("It cost $1,000.50, i.e. 3.5%", "it cost $1000.50 i e 3.5%");
    assertEnglish("a café, naïve\u00a0\u201cquote\u201d\u2026", "a cafe naive quote");
    assertEnglish("press pound [#]", "press pound");
    assertEnglish(" ... ", "");
  }

  private static void assertEnglish(String text, String expected) {
    assertThat(TextNormalization.ENGLISH.of(text)).isEqualTo(expected);
  }

  @Test
  void otherLanguagesKeepTheirMarksAndWords() {
    assertThat(TextNormalization.BASIC.of("L'été, ça \u00ab va \u00bb? [rire]"))
        .isEqualTo("l été ça va");
    assertThat(TextNormalization.BASIC.words("don't!")).containsExactly("don", "t");
    assertThat(TextNormalization.BASIC.of("\uff21\uff22 \ufb01ne")).isEqualTo("ab fine");
  }

  @Test
  void nothingButSpaceIsMadeAlike() {
    assertThat(TextNormalization.NONE.of(" A\tb,\n C ")).isEqualTo("A b, C");
    assertThat(TextNormalization.NONE.words("  ")).isEmpty();
  }

  @Test
  void normalizationsAreNamed() {
    assertThat(TextNormalization.named("basic")).isEqualTo(TextNormalization.BASIC);
    assertThatThrownBy(() -> TextNormalization.named("englisch"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("There is no text normalization 'englisch'")
        .hasMessageContaining("none, basic, english");
  }
}
