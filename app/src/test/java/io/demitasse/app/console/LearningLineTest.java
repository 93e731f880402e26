package io.demitasse.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.train.Point;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class LearningLineTest {
  private static final LearningLine LINE =
      line(new Point(120, 1e-5, Map.of("s/a", .0246), Map.of("s/a", .0238), .0119, 85.2));

  private static LearningLine line(Point point) {
    return new LearningLine(
        "3/9", "encoder", point, 400, true, Optional.of(Duration.ofSeconds(125)));
  }

  @Test
  void tellsAllWhereThereIsRoom() {
    assertThat(LINE.whole())
        .isEqualTo(
            "  3/9 encoder  step 120/400  loss 0.0123 (judged 0.0119 best)  rate 1.00e-5"
                + "  85.2 samples/s  about 2 min left");
    assertThat(LINE.in(OptionalInt.of(120))).isEqualTo(LINE.whole());
  }

  @Test
  void leavesOutWhatMattersLeastWhereItIsNarrow() {
    assertThat(LINE.in(OptionalInt.of(100))).doesNotContain("samples").contains("rate", "encoder");
    assertThat(LINE.in(OptionalInt.of(84)))
        .isEqualTo(
            "  step 120/400  loss 0.0123 (judged 0.0119 best)  rate 1.00e-5  about 2 min left");
    assertThat(LINE.in(OptionalInt.of(60)))
        .isEqualTo("  step 120/400  loss 0.0123 (judged 0.0119 best)");
    assertThat(LINE.in(OptionalInt.of(14))).isEqualTo("  step 120/");
    for (int columns = 0; columns < 120; columns++) {
      assertThat(Cells.of(LINE.in(OptionalInt.of(columns)))).isLessThanOrEqualTo(columns);
    }
  }

  @Test
  void severalTermsAreToldByTheirSumWhichIsJudged() {
    Point point = new Point(1, .1, Map.of("s/a", 1., "s/b", 2.), Map.of(), 12.34, 0);

    assertThat(new LearningLine("", "m", point, 5_000, false, Optional.empty()).whole())
        .isEqualTo("  m  step 1/5,000  judged 12.3  rate 0.100");
  }

  @Test
  void theStartHasNoRateAndNumbersThatAreNoneAreTold() {
    Point point = new Point(0, 0, Map.of(), Map.of("s/a", Double.NaN), Double.NaN, 0);

    assertThat(new LearningLine("", "m", point, 40, false, Optional.empty()).whole())
        .isEqualTo("  m  step 0/40  judged NaN");
  }
}
