package io.demitasse.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Graph;
import org.junit.jupiter.api.Test;

class VisibleTextTest {

  @Test
  void whatMovesColorsOrTurnsTextIsSpelledOut() {
    assertThat(VisibleText.line("a\033[2Jb\r\u202egnp.exe\u2028\ud800"))
        .isEqualTo("a\\u001b[2Jb\\u000d\\u202egnp.exe\\u2028\\ud800");
    assertThat(VisibleText.line("\udb40\udc41")).isEqualTo("\\udb40\\udc41");
  }

  @Test
  void linesStayWhereTextHasLines() {
    assertThat(VisibleText.of("a:\n  - b\t\007")).isEqualTo("a:\n  - b\t\\u0007");
    assertThat(VisibleText.line("a\nb")).isEqualTo("a\\nb");
  }

  @Test
  void wordsOfAllLanguagesStay() {
    String words = "größer 中文 שלום می\u200cخواهم 👩\u200d💻";
    assertThat(VisibleText.line(words)).isEqualTo(words);
  }

  @Test
  void longTextLosesItsMiddle() {
    assertThat(VisibleText.line("a".repeat(50) + "z".repeat(50), 11)).isEqualTo("aaaa...zzzz");
    assertThat(VisibleText.line("abc", 3)).isEqualTo("abc");
  }

  @Test
  void messagesAndNodesAreSafeToShow() {
    assertThat(DemitasseException.badModel("node '\033[31m'")).hasMessage("node '\\u001b[31m'");
    assertThat(new Graph("g", null).node("Relu").name("a\nb\u202e").append())
        .hasToString("Relu 'a\\nb\\u202e'");
  }
}
