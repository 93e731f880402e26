package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Latency;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.recipe.Budget;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimeLimitTest {
  private static final Latency LATENCY = new Latency(new Interval(1, 2, 3), 1, 3, 9);

  @Test
  void whatIsSlowerThanItsParentIsRefusedWhereNothingIsSaidOfTime() {
    TimeLimit limit = new TimeLimit(Budget.DEFAULT);

    assertThat(limit.rejection(List.of(takes(1.2)), true, List::of))
        .get()
        .returns(Rejection.Kind.SLOWER, Rejection::kind)
        .returns("slower at 1x6: takes 1.20 times as long (1.15 to 1.25)", Rejection::text);
    assertThat(limit.rejection(List.of(takes(1.02)), true, List::of))
        .get()
        .returns(Rejection.Kind.UNDECIDED, Rejection::kind);
    assertThat(limit.rejection(List.of(takes(.5)), true, List::of)).isEmpty();
  }

  @Test
  void withinALimitOfTimeACandidateMayBeSlowerThanItsParent() {
    TimeLimit limit = new TimeLimit(Budget.parse("latency<=150%"));
    List<TimingComparison> slower = List.of(takes(1.2));

    assertThat(limit.rejection(slower, true, () -> List.of(takes(1.4)))).isEmpty();
    assertThat(limit.rejection(slower, false, () -> List.of(takes(1.4)))).isEmpty();
    assertThat(limit.rejection(slower, true, () -> List.of(takes(1.48))))
        .get()
        .returns(Rejection.Kind.UNDECIDED, Rejection::kind);
    assertThat(limit.rejection(slower, true, () -> List.of(takes(1.6))))
        .get()
        .returns(Rejection.Kind.SLOWER, Rejection::kind)
        .returns(
            "over latency<=150%, against the original at 1x6: takes 1.60 times as long (1.55 to"
                + " 1.65)",
            Rejection::text);
  }

  @Test
  void anAmountOfTimeIsHeldByASingleModelAndNotByAPart() {
    List<TimingComparison> slower = List.of(takes(1.2));

    TimeLimit roomy = new TimeLimit(Budget.parse("latency<=3.5ms"));
    assertThat(roomy.rejection(slower, true, () -> slower)).isEmpty();
    assertThat(roomy.rejection(slower, false, () -> slower)).isPresent();

    TimeLimit tight = new TimeLimit(Budget.parse("latency<=2.5ms"));
    assertThat(tight.rejection(slower, true, () -> slower)).isPresent();
  }

  private static TimingComparison takes(double ratio) {
    Interval interval = new Interval(ratio - .05, ratio, ratio + .05);
    Verdict verdict = ratio > 1.1 ? Verdict.SLOWER : ratio > 1 ? Verdict.UNDECIDED : Verdict.FASTER;
    return new TimingComparison("1x6", LATENCY, LATENCY, interval, List.of(ratio), verdict);
  }
}
