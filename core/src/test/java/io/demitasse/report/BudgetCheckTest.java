package io.demitasse.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.recipe.Budget;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Verdicts where a result was chosen by other samples than judge it. */
class BudgetCheckTest {
  @Test
  void whatOnlyTheChoiceKeptIsNotMetAndBothAreTold() {
    Report.Outcome outcome = outcome(score(.0105, .0229), List.of(score(0, .0107)));

    assertThat(outcome.met()).isFalse();
    assertThat(outcome.reasons())
        .containsExactly(
            "recall drops by 0.0105, up to 0.0229 with 95 % confidence; the budget allows 0.0200"
                + " (it was chosen by other samples, where the loss is 0.0000, up to 0.0107 with"
                + " 95 % confidence; more samples, or a lower limit to search with, help)");
  }

  @Test
  void whatNeitherKeptIsToldAsItWas() {
    Report.Outcome outcome = outcome(score(.0105, .0229), List.of(score(.02, .03)));

    assertThat(outcome.reasons())
        .containsExactly(
            "recall drops by 0.0105, up to 0.0229 with 95 % confidence; the budget allows 0.0200");
  }

  @Test
  void theJudgesAloneDecide() {
    assertThat(outcome(score(.0105, .0199), List.of(score(.02, .03))).met()).isTrue();
  }

  @Test
  void whatOnlyTheCalibratedKeepIsNotMetAndBothAreTold() {
    Report.Outcome outcome = outcome(score(0, .0107), List.of(), List.of(score(.0105, .0229)));

    assertThat(outcome.met()).isFalse();
    assertThat(outcome.reasons())
        .containsExactly(
            "recall drops by 0.0105, up to 0.0229 with 95 % confidence; the budget allows 0.0200"
                + " (cross-validated; on samples that it was calibrated on, the loss is 0.0000, up"
                + " to 0.0107 with 95 % confidence; more samples, or folders that say what samples"
                + " are for, help)");
  }

  @Test
  void foldsExcuseNothing() {
    assertThat(outcome(score(.0105, .0229), List.of(), List.of(score(0, .01))).reasons())
        .containsExactly(
            "recall drops by 0.0105, up to 0.0229 with 95 % confidence; the budget allows 0.0200");
    assertThat(outcome(score(0, .01), List.of(), List.of(score(.01, .0199))).met()).isTrue();
  }

  private static Report.Outcome outcome(ScoreComparison judged, List<ScoreComparison> chosenBy) {
    return outcome(judged, chosenBy, List.of());
  }

  private static Report.Outcome outcome(
      ScoreComparison judged,
      List<ScoreComparison> chosenBy,
      List<ScoreComparison> crossValidated) {
    return new BudgetCheck(
            Budget.parse("drop<=2%"),
            100,
            50,
            List.of(),
            Map.of(),
            List.of(judged),
            chosenBy,
            crossValidated,
            Report.Memory.NOT_ASKED)
        .outcome();
  }

  private static ScoreComparison score(double loss, double high) {
    return new ScoreComparison(
        "recall",
        new Interval(.7, .75, .8),
        new Interval(.7, .75 - loss, .8),
        new Interval(loss - .01, loss, high),
        474,
        true);
  }
}
