package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Map;
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
   * The same task on a small share of its samples, enough to tell what is far from right; empty
   * where it is quick as it is.
   */
  default Optional<Task> subset() {
    return Optional.empty();
  }

  /**
   * Names of the metrics that {@link #score} may yield, known before anything runs. What depends on
   * the outputs of the original is among them, though it may turn out not to be there.
   */
  List<String> metrics();

  /**
   * Scores what the program gave for every sample.
   *
   * @param outputs one map for each sample, in order, of the model in question
   * @param reference the same of the original model
   * @return one score for each metric
   */
  List<Score> score(List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference);

  /**
   * Samples worth looking at, those that suffered most first.
   *
   * @param limit how many at most
   */
  default List<Example> examples(
      List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference, int limit) {
    return List.of();
  }

  /**
   * Samples on which the model differs from the original, those that say something else first, then
   * those furthest off. For tasks whose samples have no labels.
   *
   * @param limit how many at most
   */
  default List<Difference> differences(
      List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference, int limit) {
    return List.of();
  }

  /**
   * Scores by one metric.
   *
   * @param perSample one value for each judged sample, in an order that does not depend on the
   *     model, so that two models can be compared sample by sample; higher is better
   * @param limited whether an accuracy budget holds this metric, or it is only told
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Score(String metric, double[] perSample, boolean limited) {
    /** A score that an accuracy budget is about. */
    public static Score limited(String metric, double[] perSample) {
      return new Score(metric, perSample, true);
    }

    /** A score that is told and limits nothing. */
    public static Score informational(String metric, double[] perSample) {
      return new Score(metric, perSample, false);
    }

    public double mean() {
      return java.util.Arrays.stream(perSample).average().orElse(Double.NaN);
    }
  }
}
