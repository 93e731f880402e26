package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.recipe.Budget;
import io.demitasse.report.Report;
import org.junit.jupiter.api.Test;

final class NextStepsTest {
  @Test
  void whatWasDroppedForItsTimeAloneIsNamedWithTheLimitThatAllowsIt() {
    assertThat(NextSteps.tooSlow(nothingKept(), Budget.DEFAULT))
        .contains(
            "quantize-weights has 12.9 % of the size and was dropped for its time alone: --budget"
                + " \"latency<=110%\" lets it be tried.");
  }

  @Test
  void whoeverLimitsTimeOrHasASmallerResultIsNotTold() {
    assertThat(NextSteps.tooSlow(nothingKept(), Budget.parse("latency<=105%"))).isEmpty();
    assertThat(NextSteps.tooSlow(SampleReport.report(), Budget.DEFAULT)).isEmpty();
  }

  /** Of the original's size, with what was tried in vain. */
  private static Report nothingKept() {
    Report untouched = SampleReport.untouched();
    return new Report(
        untouched.title(),
        untouched.setting(),
        untouched.accuracy(),
        untouched.parts(),
        untouched.whole(),
        untouched.checks(),
        SampleReport.report().candidates(),
        untouched.budget(),
        untouched.recipe());
  }
}
