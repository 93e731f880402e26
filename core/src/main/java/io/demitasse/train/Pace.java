package io.demitasse.train;

/** How many steps and judgements a training has time for. */
final class Pace {
  /** The step after which it is told for the first time how long a step takes. */
  private static final int FIRST_TOLD = 10;

  /** The share of its time in which a training is judged at most. */
  private static final double JUDGING = .25;

  private final Schedule schedule;
  private final double time;
  private int planned;
  private int judgements;
  private double judging;

  Pace(Schedule schedule) {
    this.schedule = schedule;
    this.time = (double) schedule.time().toNanos();
    this.planned = schedule.steps();
  }

  /** How many steps are taken in all, as far as is known. */
  int planned() {
    return planned;
  }

  /** Tells that what was learned has been judged, and how long that took. */
  void judged(long nanoseconds) {
    judging += nanoseconds;
    judgements++;
  }

  /** Whether what was learned is judged behind a step. */
  boolean isJudged(int step) {
    return step % interval() == 0 || step == planned;
  }

  /**
   * Takes no more steps than there is time for beside judging, so that the learning rate has fallen
   * by the end. The first steps are slower than the others, and tell nothing.
   *
   * @param passed nanoseconds since the training began
   */
  void plan(int step, long passed) {
    if (step != FIRST_TOLD && step % interval() != 0) {
      return;
    }
    double each = Math.max(1, (passed - judging) / step);
    double judged = Math.max(judging, judging / Math.max(1, judgements) * affordable());
    double fitting = (time - judged) / each;
    planned = (int) Math.clamp(fitting, Math.min(step + 1, schedule.steps()), schedule.steps());
  }

  private int interval() {
    return Math.max(1, planned / affordable());
  }

  /** How often what is learned is judged: as it is wished, where that leaves time to learn. */
  private int affordable() {
    double fitting = JUDGING * time * judgements / Math.max(1, judging);
    return judgements == 0
        ? schedule.evaluations()
        : (int) Math.clamp(fitting, 1, schedule.evaluations());
  }
}
