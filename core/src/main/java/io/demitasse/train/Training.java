package io.demitasse.train;

import io.demitasse.error.Cancellation;
import io.demitasse.error.OutOfTime;
import io.demitasse.objective.Batch;
import io.demitasse.port.Trainer;
import io.demitasse.port.Trainer.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Trains step by step, judges what was learned on examples that nothing is learned from, and keeps
 * the best: never less than what there was before.
 */
public final class Training {
  private final Trainer.Session session;
  private final int examples;
  private final Order order;
  private final List<Batch> judging;
  private final Schedule schedule;
  private final Consumer<Point> watcher;
  private final LongSupplier clock;

  private final List<Point> points = new ArrayList<>();
  private final Map<String, Double> learned = new TreeMap<>();
  private final Pace pace;
  private int since;
  private double best = Double.POSITIVE_INFINITY;
  private int bestStep;
  private int worse;
  private long began;
  private long rows;

  private Optional<Checkpoints> checkpoints = Optional.empty();
  private Map<String, String> setup = Map.of();
  private long kept;

  /**
   * A training that has not begun.
   *
   * @param examples to learn from; at least one
   * @param judging to judge by; at least one
   * @param watcher is told each point
   */
  public Training(
      Trainer.Session session,
      Examples examples,
      Examples judging,
      Schedule schedule,
      Consumer<Point> watcher) {
    this(session, examples, judging, schedule, watcher, System::nanoTime);
  }

  /**
   * The same by another clock.
   *
   * @param clock nanoseconds
   */
  Training(
      Trainer.Session session,
      Examples examples,
      Examples judging,
      Schedule schedule,
      Consumer<Point> watcher,
      LongSupplier clock) {
    this.session = session;
    this.examples = examples.size();
    this.order = new Order(examples, schedule.batch(), schedule.seed());
    this.judging = judged(judging, schedule.batch());
    this.schedule = schedule;
    this.pace = new Pace(schedule);
    this.watcher = watcher;
    this.clock = clock;
  }

  private static List<Batch> judged(Examples examples, int size) {
    Order inOrder = new Order(examples, size, 0);
    List<Batch> batches = new ArrayList<>();
    for (int step = 0; step < inOrder.stepsOfEpoch(); step++) {
      batches.addAll(inOrder.batches(step));
    }
    return List.copyOf(batches);
  }

  /**
   * Keeps where training stands, and goes on from where the last one stood that was kept there. The
   * watcher is told the points from before, too.
   */
  public Training resumable(Checkpoints where) {
    checkpoints = Optional.of(where);
    return this;
  }

  /**
   * Trains.
   *
   * @throws io.demitasse.error.DemitasseException (cancelled) when this thread was interrupted
   */
  public Trained run() {
    began = clock.getAsLong();
    int done = resumed();
    if (points.isEmpty()) {
      judge(0, 0);
    }
    for (int step = done + 1; step <= pace.planned(); step++) {
      Optional<Trained> ended = step(step);
      if (ended.isPresent()) {
        return ended.get();
      }
    }
    return trained(Trained.End.ALL_STEPS, Optional.empty());
  }

  /** The step after which it goes on; 0 at the start. */
  private int resumed() {
    if (checkpoints.isEmpty()) {
      return 0;
    }
    long judged = judging.stream().mapToLong(Batch::rows).sum();
    setup = Setup.of(session, schedule, examples, judged);
    Optional<Checkpoint> before = checkpoints.get().restore(session, setup);
    before.ifPresent(this::goOn);
    kept = clock.getAsLong();
    return before.map(Checkpoint::step).orElse(0);
  }

  private void goOn(Checkpoint before) {
    best = before.best();
    bestStep = before.bestStep();
    worse = before.worse();
    learned.putAll(before.learned());
    since = before.since();
    rows = before.rows();
    began -= before.nanoseconds();
    points.addAll(before.points());
    points.forEach(watcher);
  }

  private void keep(int step) {
    if (checkpoints.isEmpty() || !checkpoints.get().isDue(clock.getAsLong() - kept)) {
      return;
    }
    Checkpoint checkpoint =
        new Checkpoint(
            step, best, bestStep, worse, learned, since, rows, clock.getAsLong() - began, points);
    checkpoints.get().write(session, checkpoint, setup);
    kept = clock.getAsLong();
  }

  /** One step; what came of all where it was the last. */
  private Optional<Trained> step(int step) {
    double rate = schedule.rate().at(step - 1, pace.planned());
    if (isEnded()) {
      return Optional.of(outOfTime(step - 1));
    }
    if (clock.getAsLong() - began >= schedule.time().toNanos()) {
      // What was learned since the last judgement may be the best.
      if (since > 0) {
        judge(step - 1, rate);
      }
      return Optional.of(outOfTime(step - 1));
    }
    List<Batch> batches = order.batches(step - 1);
    Trainer.Losses losses = session.step(batches, rate);
    if (!losses.isFinite()) {
      return Optional.of(trained(Trained.End.DIVERGED, Optional.of(divergence(step, losses))));
    }
    regrow(step);
    average(step);
    losses.terms().forEach((name, value) -> learned.merge(name, value, Double::sum));
    since++;
    rows += batches.stream().mapToLong(Batch::rows).sum();
    pace.plan(step, clock.getAsLong() - began);
    if (pace.isJudged(step)) {
      judge(step, rate);
      if (worse >= schedule.patience()) {
        return Optional.of(
            trained(
                Trained.End.NO_BETTER,
                Optional.of("Nothing was better for " + worse + " judgements.")));
      }
    }
    keep(step);
    return Optional.empty();
  }

  private Trained outOfTime(int step) {
    return trained(
        Trained.End.OUT_OF_TIME, Optional.of("The time was up after " + step + " steps."));
  }

  private static String divergence(int step, Trainer.Losses losses) {
    return String.format(
        Locale.ROOT,
        "At step %d the objective was %s and the gradient %s%s. A lower learning rate may help.",
        step,
        losses.objective(),
        losses.gradient(),
        losses
            .firstNotFinite()
            .map(node -> "; the first that is no number comes from " + node)
            .orElse(""));
  }

  /** Whether what this training is for has no time left, so that not even a judgement fits. */
  private static boolean isEnded() {
    try {
      Cancellation.check();
      return false;
    } catch (OutOfTime e) {
      return true;
    }
  }

  private void regrow(int step) {
    double share = schedule.regrowth().at(step, pace.planned());
    if (share > 0) {
      session.regrow(share);
    }
  }

  private void average(int step) {
    switch (schedule.averaging()) {
      case Schedule.Averaging.None() -> {}
      // Young means follow quickly, or they would remember the start for too long.
      case Schedule.Averaging.Exponential(double decay) ->
          session.average(1 - Math.min(decay, (1. + step) / (10 + step)));
      case Schedule.Averaging.Stochastic(double from) -> {
        int first = (int) (from * schedule.steps()) + 1;
        session.average(step < first ? 1 : 1. / (step - first + 1));
      }
    }
  }

  private void judge(int step, double rate) {
    Version version = version(step);
    long start = clock.getAsLong();
    Trainer.Losses losses = session.evaluate(judging, version);
    pace.judged(clock.getAsLong() - start);
    boolean better = losses.objective() < best || step == 0;
    if (better) {
      session.keep(version);
      // A start that is no number is worse than anything.
      best = losses.isFinite() ? losses.objective() : Double.POSITIVE_INFINITY;
      bestStep = step;
      worse = 0;
    } else if (step * 2L >= pace.planned()) {
      // Before that the rate is high, and what learned before is mostly worse than it was.
      worse++;
    }
    double seconds = (clock.getAsLong() - began) / 1e9;
    Map<String, Double> means = new TreeMap<>();
    learned.forEach((name, sum) -> means.put(name, sum / since));
    Point point =
        new Point(
            step,
            rate,
            means,
            losses.terms(),
            losses.objective(),
            seconds > 0 ? rows / seconds : 0);
    learned.clear();
    since = 0;
    points.add(point);
    watcher.accept(point);
  }

  private Version version(int step) {
    return step == 0 || schedule.averaging() instanceof Schedule.Averaging.None
        ? Version.CURRENT
        : Version.AVERAGED;
  }

  private Trained trained(Trained.End end, Optional<String> why) {
    return new Trained(session.weights(Version.KEPT), points, bestStep, end, why);
  }
}
