package io.demitasse.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
  private static final ProgressLine LINE = line("measuring the result against the original");

  private static ProgressLine line(String title) {
    return new ProgressLine(
        "3/9",
        title,
        12,
        OptionalLong.of(1200),
        .5,
        Duration.ofSeconds(41),
        Optional.of(Duration.ofSeconds(125)));
  }

  private static String in(ProgressLine line, int columns) {
    return line.in(OptionalInt.of(columns), true);
  }

  @Test
  void tellsAllWhereThereIsRoom() {
    assertThat(in(LINE, 120))
        .isEqualTo(
            "  3/9 measuring the result against the original ━━━━━━━━━━━━────────────"
                + " 12 of 1,200, 41 s, about 2 min left");
  }

  @Test
  void leavesOutWhatMattersLeastWhereItIsNarrow() {
    assertThat(in(LINE, 80))
        .contains("3/9 measuring", "━─", "41 s, about 2 min")
        .doesNotContain(" of ");
    assertThat(in(line("fuse"), 40)).isEqualTo("  3/9 fuse ━━━━━━━━━━─────────── 41 s");
    assertThat(in(LINE, 20)).isEqualTo("  3/9 measu… 41 s");
  }

  @Test
  void leavesRoomForWhatTheTerminalEchoesOfCtrlC() {
    for (String title : new String[] {"fuse", "measure the result", "認識器: 畳み込みを量子化する"}) {
      ProgressLine line = line(title);
      assertThat(
              IntStream.rangeClosed(1, 200)
                  .filter(columns -> Cells.of(in(line, columns)) > Math.max(0, columns - 3)))
          .as(title)
          .isEmpty();
    }
  }

  @Test
  void tellsNoShareWhereNobodyKnowsIt() {
    ProgressLine line =
        new ProgressLine(
            "", "download", 0, OptionalLong.empty(), -1, Duration.ofSeconds(3), Optional.empty());

    assertThat(in(line, 80)).isEqualTo("  download 3 s");
  }

  @Test
  void usesPlainSignsWhereTheTerminalHasNoOthers() {
    assertThat(LINE.in(OptionalInt.of(40), false)).isASCII().contains("...", "41 s");
  }
}
