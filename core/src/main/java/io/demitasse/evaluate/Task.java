package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import java.util.List;
import java.util.Optional;

/** What a model is for, with the samples and the scores that say how well it does it. */
public interface Task {

  /** The name a recipe and the command line use. */
  String name();

  Samples samples();

  /**
   * Samples to look at while compressing: calibration, timing and layer errors. Those that are
   * scored, unless the task has others, which is better; {@link #splits} takes them apart.
   */
  default Samples calibration() {
    return samples();
  }

  /**
   * This task by what its samples are for. A task that does not divide its samples chooses and
   * judges by all of them, and whoever tells of the result says so.
   *
   * @param request what they are divided for
   */
  default TaskSplits splits(TaskSplits.Request request) {
    return TaskSplits.undivided(this);
  }

  Program program();

  /**
   * The same task on a small share of its samples, enough to tell what is far from right, and that
   * what hardly moves outputs is right; empty where it is quick as it is.
   */
  default Optional<Task> subset() {
    return Optional.empty();
  }

  /**
   * The same task on some of its samples; empty where samples are not judged one by one, so that
   * some of them are another task.
   *
   * @param places of samples, in order
   */
  default Optional<Task> chosen(List<Integer> places) {
    return Optional.empty();
  }

  /**
   * Names of the metrics that {@link #scores} may yield, known before anything runs. What depends
   * on the outputs of the original is among them, though it may turn out not to be there.
   */
  List<String> metrics();

  /**
   * Scores a model, sample by sample: one score for each metric, in the same order for every model.
   * The original is scored against itself.
   */
  Review<?, List<Score>> scores();

  /**
   * Finds samples worth looking at, those that suffered most first; empty where the task has none
   * to show, so that nothing is run for it.
   *
   * @param limit how many at most
   */
  default Optional<Review<?, List<Example>>> examples(int limit) {
    return Optional.empty();
  }

  /**
   * Finds samples on which the model differs from the original, those that say something else
   * first, then those furthest off; empty where the task looks for none. For tasks whose samples
   * have no labels, or labels that are texts.
   *
   * @param limit how many at most
   */
  default Optional<Review<?, List<Difference>>> differences(int limit) {
    return Optional.empty();
  }

  /**
   * Counts what samples of each class are taken for; empty where the task knows no classes of
   * samples.
   */
  default Optional<Review<?, Confusion>> confusion() {
    return Optional.empty();
  }

  /**
   * What the outputs of the model for a sample should be, so that it can be trained; empty where
   * the task has no labels, or none that a loss can be made of.
   */
  default Optional<Supervision> supervision() {
    return Optional.empty();
  }

  /**
   * A score by one metric; higher is better.
   *
   * @param statistic of what was kept of each judged sample, in an order that does not depend on
   *     the model, so that two models can be compared sample by sample
   * @param limited whether an accuracy budget holds this metric, or it is only told
   */
  record Score(String metric, Statistic statistic, boolean limited) {
    /** A score that an accuracy budget is about. */
    public static Score limited(String metric, Statistic statistic) {
      return new Score(metric, statistic, true);
    }

    /** The same of a mean over samples. */
    public static Score limited(String metric, double[] perSample) {
      return limited(metric, Statistic.mean(perSample));
    }

    /** A score that is told and limits nothing. */
    public static Score informational(String metric, Statistic statistic) {
      return new Score(metric, statistic, false);
    }

    /** The same of a mean over samples. */
    public static Score informational(String metric, double[] perSample) {
      return informational(metric, Statistic.mean(perSample));
    }

    public double value() {
      return statistic.value();
    }

    /**
     * The values that this is the mean of, one for each sample.
     *
     * @throws IllegalStateException when it is no mean
     */
    public double[] perSample() {
      if (statistic instanceof Statistic.Mean(double[] values)) {
        return values;
      }
      throw new IllegalStateException(metric + " is no mean over samples");
    }
  }
}
