package io.demitasse.pass;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GlobTest {

  @Test
  void starsAndQuestionMarks() {
    assertThat(Glob.matches("", "")).isTrue();
    assertThat(Glob.matches("*", "")).isTrue();
    assertThat(Glob.matches("?", "")).isFalse();
    assertThat(Glob.matches("a*", "a\nb")).isTrue();
    assertThat(Glob.matches("*a*b*", "xxaxxb")).isTrue();
    assertThat(Glob.matches("*ab", "aab")).isTrue();
    assertThat(Glob.matches("a?c", "abc")).isTrue();
    assertThat(Glob.matches("a?c", "ac")).isFalse();
    assertThat(Glob.matches("?", "\ud83d\ude00")).isTrue();
    assertThat(Glob.matches("a.c", "abc")).isFalse();
    assertThat(Glob.matches("\\E.*", "\\E.x")).isTrue();
  }

  @Test
  void manyStarsDoNotMultiply() {
    assertThat(Glob.matches("*n".repeat(30) + "*b", "n".repeat(50_000))).isFalse();
    assertThat(Glob.matches("*n".repeat(30) + "*", "n".repeat(50_000))).isTrue();
  }
}
