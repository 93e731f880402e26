package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.app.console.Console;
import io.demitasse.pipeline.Event;
import io.demitasse.train.Point;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void isPlainLinesWhereNobodyWatches() {
    tell(new Console(new PrintWriter(out), new PrintWriter(err), false, false, UTF_8));

    assertThat(err)
        .hasToString(
            """
              40 samples of texts.txt
              2/4 fuse ...
              ✓ fuse  100 % of the size
              warning: fuse-gelu changed nothing
              2/4 encoder  step 40/400  loss 0.250 (judged 0.500 best)  rate 1.00e-5
            """);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void drawsABarThatIsGoneInTheEndWhereSomeoneWatches() {
    tell(new Console(new PrintWriter(out), new PrintWriter(err), true, true, UTF_8));

    assertThat(err.toString())
        .contains("  2/4 fuse ", "\033[32m✓\033[0m fuse")
        .contains("  2/4 encoder  step 40/400  loss 0.250 (judged 0.500 best)")
        .doesNotContain("fuse ...\n", "best)\n")
        .endsWith("\r\033[J");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void usesPlainSignsWhereTheTerminalHasNoOthers() {
    tell(
        new Console(
            new PrintWriter(out), new PrintWriter(err), false, false, StandardCharsets.US_ASCII));

    assertThat(err.toString()).contains("  + fuse  100 % of the size");
  }

  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  private static void tell(Console console) {
    try (Progress progress = new Progress(console)) {
      progress.accept(new Event.Noted("40 samples of texts.txt"));
      progress.accept(new Event.Progressed(2, 4, .25, Duration.ofSeconds(1), Optional.empty()));
      progress.accept(new Event.Started("fuse"));
      progress.accept(new Event.Advanced("fuse", 3, 4));
      progress.accept(new Event.Advanced("fuse", 4, 4));
      progress.accept(new Event.Decided("fuse", true, "100 % of the size", 1));
      progress.accept(new Event.Warned("fuse-gelu changed nothing"));
      Point point = new Point(40, 1e-5, Map.of("s/a", .25), Map.of("s/a", .5), .5, 0);
      progress.accept(
          new Event.Learned("encoder", point, 400, true, Optional.empty(), OptionalInt.of(1)));
    }
  }
}
