package io.demitasse.search;

import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the lightest cut that keeps the limits: how large and how fast a cut makes a part is
 * measured before anything is trained, so that training is spent on one cut alone.
 *
 * @param workers whose parent is the part before it was written in fewer bits
 */
record ReductionSearch(Reduction reduction, Workers workers) {
  /** How much deeper the next cut is at most, as a share of the work. */
  private static final double FARTHEST = .2;

  /**
   * Tries cuts until one can be kept or accuracy speaks against one, for deeper ones lose more.
   *
   * @param excess how many times as much as the limits allow the part takes without a cut
   */
  Round round(double excess) {
    List<Attempt> attempts = new ArrayList<>();
    List<Reduction.Cut> cuts = reduction.cuts();
    double left = 1 / excess; // A cut saves no more than the work that it removes.
    while (!cuts.isEmpty()) {
      int next = next(cuts, left);
      Reduction.Cut cut = cuts.get(next);
      Optional<Attempt> tried = workers.measure(choice(), alone(cut));
      tried.ifPresent(attempts::add);
      if (tried.filter(ReductionSearch::takesTooMuch).isEmpty()) {
        tried.flatMap(attempt -> trained(cut, attempt)).ifPresent(attempts::add);
        break;
      }
      left = leftFor(excess, cut, tried.get());
      cuts = cuts.subList(next + 1, cuts.size());
    }
    return Round.ofSingleSteps(attempts);
  }

  /** The first that leaves so little; the deepest where none does. */
  private static int next(List<Reduction.Cut> cuts, double left) {
    int next = 0;
    while (next < cuts.size() - 1 && cuts.get(next).left() > left) {
      next++;
    }
    return next;
  }

  /** Whether a deeper cut may fare better. */
  private static boolean takesTooMuch(Attempt attempt) {
    return attempt.rejectedFor(Rejection.Kind.OVER_LIMIT)
        || attempt.rejectedFor(Rejection.Kind.SLOWER)
        || attempt.rejectedFor(Rejection.Kind.UNDECIDED);
  }

  /** The same with training where only accuracy speaks against it. */
  private Optional<Attempt> trained(Reduction.Cut cut, Attempt alone) {
    return alone.rejectedFor(Rejection.Kind.INACCURATE) && !reduction.recovery().isEmpty()
        ? workers.measureTrained(choice(), recovered(cut, alone), alone)
        : Optional.empty();
  }

  /**
   * Which share of the work may be left if what a cut saves grows as it did up to this one; noise
   * alone does not lead far.
   */
  private static double leftFor(double excess, Reduction.Cut cut, Attempt attempt) {
    double still = attempt.rejection().map(Rejection::excess).orElse(1.);
    double saved = excess - still;
    double left =
        saved > 0 && Double.isFinite(saved)
            ? cut.left() - (still - 1) * (1 - cut.left()) / saved
            : cut.left();
    return Math.max(left, cut.left() - FARTHEST);
  }

  private Choice choice() {
    return Choice.withinLimits(reduction.part());
  }

  private Option alone(Reduction.Cut cut) {
    return option(cut, List.of(cut.step()), List.of());
  }

  private Option recovered(Reduction.Cut cut, Attempt alone) {
    return option(cut, resolved(cut, alone), reduction.recovery());
  }

  private Option option(Reduction.Cut cut, List<Step> first, List<Step> recovery) {
    List<Step> further = Stream.of(recovery, reduction.form()).flatMap(List::stream).toList();
    return new Option(
        String.format(
            Locale.ROOT,
            "%s by %.0f %%, %s",
            PassOptions.name(cut.step().pass().getClass()),
            100 * (1 - cut.left()),
            Option.title(further)),
        Stream.of(first, further).flatMap(List::stream).toList());
  }

  /** What was found out of a cut is not found out again. */
  private static List<Step> resolved(Reduction.Cut cut, Attempt attempt) {
    List<Step> added = attempt.candidate().added();
    Class<?> pass = cut.step().pass().getClass();
    int end = 0;
    for (int i = 0; i < added.size(); i++) {
      if (added.get(i).pass().getClass() == pass) {
        end = i + 1;
      }
    }
    return added.subList(0, end);
  }
}
