package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.TaskSplits.Request;
import io.demitasse.evaluate.TaskSplits.Size;
import io.demitasse.evaluate.TaskSplits.Sizes;
import io.demitasse.recipe.Budget;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many samples a half needs, and what is told of them. */
class TaskSplitsTest {
  private static final Size NONE = new Size(0, "lines");

  @Test
  void theIntervalTakesHalfOfTheLimit() {
    Request twoPoints = new Request(0, Budget.parse("drop<=2%, drop(mrr)<=4%")::limit);

    // 1.96 x 0.13 / sqrt(650) = 0.01
    assertThat(twoPoints.least("recall", true, .13)).isEqualTo(650);
    assertThat(twoPoints.least("mrr", false, .13)).isEqualTo(163);
    assertThat(twoPoints.least("told", false, .13)).isEqualTo(30);
    assertThat(twoPoints.least("cosine", true, .005)).isEqualTo(30);
    assertThat(Request.PLAIN.least("recall", true, .13)).isEqualTo(30);
  }

  @Test
  void whereNothingMayBeLostNoNumberIsEnough() {
    Request nothing = new Request(0, Budget.parse("drop<=0%")::limit);

    assertThat(nothing.least("recall", true, .13)).isEqualTo(30);
  }

  @Test
  void sizesAreOneSentence() {
    assertThat(
            new Sizes(
                    new Size(1577, "lines"),
                    new Size(1423, "lines"),
                    NONE,
                    new Size(25, "pages"),
                    List.of())
                .told())
        .isEqualTo("judged on 1,577 lines, chosen on 1,423, calibrated on 25 pages");
    assertThat(
            new Sizes(
                    new Size(40, "lines"),
                    new Size(40, "lines"),
                    new Size(9, "lines"),
                    new Size(40, "lines"),
                    List.of("why"))
                .told())
        .isEqualTo(
            "judged on 40 lines, chosen on 40, trained on 9, calibrated on 40; weaker evidence, for"
                + " some are shared: why");
  }
}
