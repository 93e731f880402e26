package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How alike two texts are, against what people say.
 *
 * <p>Metrics: {@code spearman}, the correlation of ranks (Spearman, "The Proof and Measurement of
 * Association between Two Things", 1904), equal ones sharing their mean rank, which a budget holds;
 * {@code pearson}, that of the numbers themselves. What is compared are cosines of embeddings, or
 * the one number that a model gives for both texts. What is not finite ranks below all.
 *
 * @param output one number for both texts; empty where embeddings are compared
 * @param rank of that output
 */
record TextSimilarity(Optional<String> output, int rank)
    implements Judgment<TextSimilarity.Compared> {
  static final String NAME = "similarity";

  private static final String SPEARMAN = "spearman";
  private static final String PEARSON = "pearson";

  /** What people say, and what the model does. */
  record Compared(double truth, double said) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return List.of(SPEARMAN, PEARSON);
  }

  @Override
  public Compared judged(Sample sample, Map<String, Tensor> outputs) {
    double said =
        output
            .map(name -> one(Outputs.require(outputs, name)))
            .orElseGet(
                () ->
                    Similarity.cosine(
                        Outputs.require(outputs, BothTexts.FIRST),
                        Outputs.require(outputs, BothTexts.SECOND)));
    return new Compared(
        Regression.truth(sample).orElseThrow(), Double.isFinite(said) ? said : -Double.MAX_VALUE);
  }

  private static double one(Tensor number) {
    return number.elementCount() == 1 ? number.toFloats()[0] : Double.NaN;
  }

  @Override
  public List<Score> scores(List<Compared> records) {
    return List.of(
        Score.limited(SPEARMAN, Statistic.of(records, TextSimilarity::spearman)),
        Score.informational(
            PEARSON,
            Statistic.of(
                records, drawn -> correlation(values(drawn, true), values(drawn, false)))));
  }

  private static double spearman(List<Compared> records) {
    return correlation(ranks(values(records, true)), ranks(values(records, false)));
  }

  private static double[] values(List<Compared> records, boolean truth) {
    return records.stream().mapToDouble(each -> truth ? each.truth() : each.said()).toArray();
  }

  /** Ranks from 1; equal values have the mean of theirs. */
  static double[] ranks(double[] values) {
    Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(place -> values[place]));
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  /** Pearson's correlation; not a number where all values of a side are equal. */
  static double correlation(double[] a, double[] b) {
    double meanOfA = Arrays.stream(a).average().orElse(Double.NaN);
    double meanOfB = Arrays.stream(b).average().orElse(Double.NaN);
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (a[i] - meanOfA) * (b[i] - meanOfB);
      ofA += (a[i] - meanOfA) * (a[i] - meanOfA);
      ofB += (b[i] - meanOfB) * (b[i] - meanOfB);
    }
    return product / (Math.sqrt(ofA) * Math.sqrt(ofB));
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(SPEARMAN, request.least(SPEARMAN, true, Spread.OF_CORRELATIONS));
  }

  @Override
  public Optional<Supervision> supervision() {
    return output.flatMap(name -> new Regression(name, rank).supervision());
  }
}
