package io.demitasse.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TerminalTest {
  @Test
  void aTerminalThatCannotMoveItsCursorGetsPlainLines() {
    assertThat(Terminal.allows(Map.of("TERM", "xterm-256color"))).isTrue();
    assertThat(Terminal.allows(Map.of("TERM", "dumb"))).isFalse();
  }

  @Test
  void aLogOfContinuousIntegrationGetsPlainLines() {
    assertThat(Terminal.allows(Map.of("TERM", "xterm", "CI", "true"))).isFalse();
    assertThat(Terminal.allows(Map.of("TERM", "xterm", "CI", "false"))).isTrue();
  }
}
