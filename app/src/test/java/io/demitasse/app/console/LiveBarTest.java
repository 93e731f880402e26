package io.demitasse.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LiveBarTest {
  private final StringWriter err = new StringWriter();
  private final AtomicInteger columns = new AtomicInteger(60);
  private final Console console =
      new Console(
          new PrintWriter(new StringWriter()),
          new PrintWriter(err),
          false,
          true,
          StandardCharsets.UTF_8);

  private LiveBar bar() {
    return new LiveBar(console, () -> OptionalInt.of(columns.get()));
  }

  @Test
  void vanishesInTheEnd() {
    try (LiveBar bar = bar()) {
      bar.begin("fuse");
    }

    assertThat(err.toString()).contains("  fuse").endsWith("\r\033[J");
  }

  @Test
  void writesOtherLinesAboveItself() {
    try (LiveBar bar = bar()) {
      bar.begin("fuse");
      bar.above("  ✓ clean");
    }

    assertThat(err.toString()).containsPattern("fuse[^\n]*\r\033\\[J  ✓ clean\n\r\033\\[J  fuse");
  }

  @Test
  void takesAwayAllRowsThatANarrowerTerminalHasBrokenItInto() {
    try (LiveBar bar = bar()) {
      bar.begin("a title of forty columns, more or less, then");
      columns.set(20);
    }

    assertThat(err.toString()).endsWith("\r\033[2A\033[J");
  }

  @Test
  void drawsNothingAfterItsEnd() {
    LiveBar bar = bar();
    bar.begin("fuse");
    bar.close();
    String before = err.toString();

    bar.begin("quantize");

    assertThat(err.toString()).isEqualTo(before);
  }
}
