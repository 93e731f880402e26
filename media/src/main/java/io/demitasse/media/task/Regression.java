package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which number a sample has.
 *
 * <p>Metrics: {@code r2}, the share of the variance of the numbers that is told, 1 where all are
 * right, which a budget holds; {@code negative mae}, the mean absolute error below zero, in the
 * unit of the numbers. What is not finite is infinitely wrong.
 *
 * @param output one number a sample
 * @param rank of that output
 */
record Regression(String output, int rank) implements Judgment<Regression.Told> {
  static final String NAME = "regression";

  private static final String R2 = "r2";
  private static final String ERROR = "negative mae";

  /** What is right, and how far from it the model is. */
  record Told(double truth, double error) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return List.of(R2, ERROR);
  }

  /** The number of a sample: its score, else its label; empty where it has none. */
  static Optional<Double> truth(Sample sample) {
    double score = sample.fields().number(Role.SCORE.field()).orElse(Double.NaN);
    double found = sample.fields().number(Role.LABEL.field()).orElse(Double.NaN);
    return Optional.of(Double.isNaN(score) ? found : score).filter(Double::isFinite);
  }

  @Override
  public Told judged(Sample sample, Map<String, Tensor> outputs) {
    double truth = truth(sample).orElseThrow();
    float[] said = Outputs.require(outputs, output).toFloats();
    double error = said.length == 1 ? Math.abs(said[0] - truth) : Double.NaN;
    return new Told(truth, Double.isNaN(error) ? Double.POSITIVE_INFINITY : error);
  }

  @Override
  public List<Score> scores(List<Told> records) {
    return List.of(
        Score.limited(R2, Statistic.of(records, Regression::explained)),
        Score.informational(ERROR, Statistic.mean(records, each -> -each.error())));
  }

  /** Not a number where all numbers are equal, which is so only in some draws. */
  private static double explained(List<Told> records) {
    double mean = records.stream().mapToDouble(Told::truth).average().orElse(Double.NaN);
    double variance = 0;
    double left = 0;
    for (Told each : records) {
      variance += (each.truth() - mean) * (each.truth() - mean);
      left += each.error() * each.error();
    }
    return variance == 0 ? Double.NaN : 1 - left / variance;
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(R2, request.least(R2, true, Spread.OF_EXPLAINED));
  }

  @Override
  public Optional<Supervision> supervision() {
    long[] sizes = new long[rank];
    java.util.Arrays.fill(sizes, 1);
    return Optional.of(
        Supervision.of(
            output,
            Supervision.Kind.VALUES,
            sample -> Tensor.ofFloats(sizes, truth(sample).orElseThrow().floatValue())));
  }
}
