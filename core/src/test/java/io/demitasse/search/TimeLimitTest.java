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
    TimeLimit limit = whole(Budget.DEFAULT);

    assertThat(limit.rejection(List.of(takes(1.2)), List::of))
        .get()
        .returns(Rejection.Kind.SLOWER, Rejection::kind)
        .returns("slower at 1x6: takes 1.20 times as long (1.15 to 1.25)", Rejection::text);
    assertThat(limit.rejection(List.of(takes(1.02)), List::of))
        .get()
        .returns(Rejection.Kind.UNDECIDED, Rejection::kind);
    assertThat(limit.rejection(List.of(takes(.5)), List::of)).isEmpty();
  }

  @Test
  void withinALimitOfTimeACandidateMayBeSlowerThanItsParent() {
    TimeLimit limit = whole(Budget.parse("latency<=150%"));
    List<TimingComparison> slower = List.of(takes(1.2));

    assertThat(limit.rejection(slower, () -> List.of(takes(1.4)))).isEmpty();
    assertThat(part(Budget.parse("latency<=150%")).rejection(slower, () -> List.of(takes(1.4))))
        .isEmpty();
    assertThat(limit.rejection(slower, () -> List.of(takes(1.48))))
        .get()
        .returns(Rejection.Kind.UNDECIDED, Rejection::kind);
    assertThat(limit.rejection(slower, () -> List.of(takes(1.6))))
        .get()
        .returns(Rejection.Kind.SLOWER, Rejection::kind)
        .returns(
            "over latency<=150%, against the original at 1x6: takes 1.60 times as long (1.55 to"
                + " 1.65)",
            Rejection::text);
  }

  @Test
  void whatMayBeAsFastAsItsParentIsUndecidedAlsoWhereBothAreOverTheLimit() {
    TimeLimit limit = whole(Budget.parse("latency<=40%"));

    assertThat(limit.rejection(List.of(takes(1.02)), () -> List.of(takes(.9))))
        .get()
        .returns(Rejection.Kind.UNDECIDED, Rejection::kind)
        .returns(
            "undecided whether slower at 1x6: takes 1.02 times as long (0.97 to 1.07)",
            Rejection::text);
    assertThat(limit.rejection(List.of(takes(1.02)), () -> List.of(takes(.3)))).isEmpty();
  }

  @Test
  void anAmountOfTimeIsHeldByASingleModelAndNotByAPart() {
    List<TimingComparison> slower = List.of(takes(1.2));

    Budget roomy = Budget.parse("latency<=3.5ms");
    assertThat(whole(roomy).rejection(slower, () -> slower)).isEmpty();
    assertThat(part(roomy).rejection(slower, () -> slower)).isPresent();

    Budget tight = Budget.parse("latency<=2.5ms");
    assertThat(whole(tight).rejection(slower, () -> slower)).isPresent();
  }

  @Test
  void aLimitOfItsOwnHoldsForAPartAndForNoOther() {
    List<TimingComparison> slower = List.of(takes(1.2));
    Budget budget = Budget.parse("latency(detector)<=130%");

    TimeLimit detector = TimeLimit.of(budget, List.of("detector"), false);
    assertThat(detector.rejection(slower, () -> slower)).isEmpty();
    assertThat(detector.rejection(slower, () -> List.of(takes(1.4))))
        .get()
        .returns(Rejection.Kind.SLOWER, Rejection::kind);
    assertThat(TimeLimit.of(budget, List.of("text"), false).rejection(slower, () -> slower))
        .isPresent();

    Budget amount = Budget.parse("latency(detector)<=3.5ms");
    assertThat(TimeLimit.of(amount, List.of("detector"), false).rejection(slower, () -> slower))
        .isEmpty();
  }

  private static TimeLimit whole(Budget budget) {
    return TimeLimit.of(budget, List.of("model"), true);
  }

  private static TimeLimit part(Budget budget) {
    return TimeLimit.of(budget, List.of("text"), false);
  }

  private static TimingComparison takes(double ratio) {
    Interval interval = new Interval(ratio - .05, ratio, ratio + .05);
    Verdict verdict = ratio > 1.1 ? Verdict.SLOWER : ratio > 1 ? Verdict.UNDECIDED : Verdict.FASTER;
    return new TimingComparison("1x6", LATENCY, LATENCY, interval, List.of(ratio), verdict);
  }
}
