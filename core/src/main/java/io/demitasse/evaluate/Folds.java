package io.demitasse.evaluate;

import io.demitasse.data.Division;
import io.demitasse.data.Fold;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What cross-validation judges by.
 *
 * @param tasks each on the samples of one fold, its {@link Task#calibration()} those of the others;
 *     empty where no sample that judges is calibrated on, and where they cannot be told apart
 * @param missing why there are none though samples that judge are calibrated on; else empty
 */
public record Folds(List<Task> tasks, String missing) {
  private static final Folds UNNEEDED = new Folds(List.of(), "");

  public Folds {
    tasks = List.copyOf(tasks);
  }

  /**
   * Those of samples as a division has them.
   *
   * @param on makes the task of some of what was divided, by their places
   */
  static Folds of(Division division, Function<List<Integer>, Task> on) {
    if (!division.calibratesOnJudges()) {
      return UNNEEDED;
    }
    List<Fold> folds = division.folds();
    return folds.isEmpty()
        ? new Folds(
            List.of(),
            String.format(
                Locale.ROOT, "two folds need %d different samples, or more", 2 * Fold.LEAST))
        : new Folds(folds.stream().map(fold -> task(fold, on)).toList(), "");
  }

  private static Task task(Fold fold, Function<List<Integer>, Task> on) {
    return new CalibratedTask(on.apply(fold.judge()), on.apply(fold.calibrate()).calibration());
  }

  /** Whether samples that judge are calibrated on. */
  public boolean areNeeded() {
    return !tasks.isEmpty() || !missing.isEmpty();
  }

  /** None, for a reason, where there would be some. */
  public Folds without(String why) {
    return areNeeded() ? new Folds(List.of(), why) : this;
  }

  /** Those of a task that cannot be made of some of its samples. */
  static Folds undivided(Task task) {
    return task.calibration().equals(task.samples())
        ? new Folds(List.of(), "the task does not divide its samples")
        : UNNEEDED;
  }
}
