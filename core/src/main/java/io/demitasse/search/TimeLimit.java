package io.demitasse.search;

import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Limit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How slow a candidate may be: not slower than its parent, unless the budget limits time. Then it
 * may take what the limit leaves, against the original.
 *
 * <p>A part may have a limit of its own. That of a bundle is one of the whole, end to end: it is
 * kept where every part keeps the same share, while an amount cannot be shared out among parts.
 *
 * @param limit of what is timed, or of the whole
 * @param isOwn whether the limit is that of what is timed, and of nothing beside it
 */
record TimeLimit(Optional<Limit> limit, boolean isOwn) {

  /**
   * That of some parts.
   *
   * @param isAll whether they are all there is
   */
  static TimeLimit of(Budget budget, List<String> parts, boolean isAll) {
    Optional<Limit> own =
        parts.size() == 1
            ? Optional.ofNullable(budget.latencies().get(parts.getFirst()))
            : Optional.empty();
    return new TimeLimit(own.or(budget::latency), isAll || own.isPresent());
  }

  /**
   * What speaks against a candidate. Of one that may be as fast as its parent, that the limit is
   * not kept says nothing: its parent may not keep it either.
   *
   * @param timings against its parent
   * @param againstOriginal measured only where it matters
   */
  Optional<Rejection> rejection(
      List<TimingComparison> timings, Supplier<List<TimingComparison>> againstOriginal) {
    Optional<TimingComparison> slow = timings.stream().filter(TimeLimit::isSlow).findFirst();
    Optional<Limit> held = held();
    return held.isEmpty() || slow.isEmpty()
        ? slow.map(TimeLimit::slower)
        : againstOriginal.get().stream()
            .flatMap(timing -> over(held.get(), timing).stream())
            .findFirst()
            .map(over -> slow.get().verdict() == Verdict.SLOWER ? over : slower(slow.get()));
  }

  /** The limit so far as what is timed can be held to it. */
  Optional<Limit> held() {
    return limit.filter(given -> given.isShare() || isOwn);
  }

  /** Whether something is slower than its parent, or may be. */
  static boolean isSlow(TimingComparison timing) {
    return !timing.verdict().acceptable();
  }

  private static Rejection slower(TimingComparison timing) {
    return timing.verdict() == Verdict.SLOWER
        ? new Rejection(Rejection.Kind.SLOWER, "slower" + times(timing))
        : new Rejection(Rejection.Kind.UNDECIDED, "undecided whether slower" + times(timing));
  }

  private static Optional<Rejection> over(Limit limit, TimingComparison timing) {
    Interval time = timing.time(limit.isShare());
    if (time.high() <= limit.value()) {
      return Optional.empty();
    }
    boolean surely = time.low() > limit.value();
    return Optional.of(
        new Rejection(
            surely ? Rejection.Kind.SLOWER : Rejection.Kind.UNDECIDED,
            (surely ? "over " : "undecided whether within ") + told(limit, timing)));
  }

  /** A limit, and what was measured against the original. */
  static String told(Limit limit, TimingComparison timing) {
    return "latency<=" + limit.text() + ", against the original" + times(timing);
  }

  private static String times(TimingComparison timing) {
    return String.format(
        Locale.ROOT,
        " at %s: takes %.2f times as long (%.2f to %.2f)",
        timing.workload(),
        timing.ratio().value(),
        timing.ratio().low(),
        timing.ratio().high());
  }
}
