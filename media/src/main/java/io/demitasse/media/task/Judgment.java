package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a model is judged by what is known of samples. It knows nothing of which samples there are,
 * so that it judges some of them as it judges all.
 *
 * @param <R> what is kept of a sample
 */
interface Judgment<R> {

  /** The name of the task. */
  String name();

  /** Names of all metrics that there may be. */
  List<String> metrics();

  /** What is kept of a sample with what the program gives for it. */
  R judged(Sample sample, Map<String, Tensor> outputs);

  /** One score for each metric, of records in the order of samples. */
  List<Score> scores(List<R> records);

  /** How many values each side of a division needs, by metric. */
  Map<String, Integer> least(TaskSplits.Request request);

  /** The group of a sample of which some are wanted on each side, such as its class. */
  default String group(Sample sample) {
    return "";
  }

  /** See {@link io.demitasse.evaluate.Task#supervision}. */
  default Optional<Supervision> supervision() {
    return Optional.empty();
  }

  /** Whether the texts of samples are what a program is to generate. */
  default boolean isOfTexts() {
    return false;
  }

  /** What classes samples are taken for, of records of the original and the result. */
  default Optional<Confusion> confusion(List<R> before, List<R> after) {
    return Optional.empty();
  }

  /** Whether what a model says of a sample is words that can be shown. */
  default boolean hasWords() {
    return isOfTexts();
  }

  /**
   * What a model says of a sample, in words.
   *
   * @throws UnsupportedOperationException where there are none
   */
  default Wording worded(Sample sample, Map<String, Tensor> outputs) {
    throw new UnsupportedOperationException(name() + " has no words");
  }

  /** Whether there is a confusion to count. */
  default boolean hasClasses() {
    return false;
  }
}
