package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Groups;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which class a sample is of.
 *
 * <p>Metrics: {@code top1}, the share of samples whose class scores highest, is held by a budget.
 * {@code top5}, among the five highest, where there are more than five classes; {@code macro f1},
 * the mean over classes of 2 right / (said + there); {@code calibration}, one minus the expected
 * calibration error in 15 bins of equal width (Guo, Pleiss, Sun, Weinberger, "On Calibration of
 * Modern Neural Networks", ICML 2017); {@code recall[label=cat]}, the share that was found of a
 * class. Scores that are not numbers name no class.
 *
 * @param output that scores classes
 * @param classes how many there are
 * @param byLabel the class of each label that samples have
 */
record Classification(String output, int classes, Map<String, Integer> byLabel)
    implements Judgment<Classification.Said> {
  static final String NAME = "classification";

  private static final String TOP_1 = "top1";
  private static final String TOP_5 = "top5";
  private static final String MACRO_F1 = "macro f1";
  static final String CALIBRATION = "calibration";
  private static final String RECALL = "recall";
  private static final int FEW = 5;
  private static final int BINS = 15;

  Classification {
    byLabel = Map.copyOf(byLabel);
  }

  /**
   * What a model says of a sample.
   *
   * @param truth the class it is of
   * @param said the class that scores highest; -1 for none
   * @param amongFive whether its own class is one of the five that score highest
   * @param confidence from 0 to 1
   */
  record Said(int truth, int said, boolean amongFive, double confidence) {
    boolean isRight() {
      return said == truth;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    List<String> metrics = new ArrayList<>(List.of(TOP_1, MACRO_F1, CALIBRATION));
    if (classes > FEW) {
      metrics.add(TOP_5);
    }
    List<String> groups = new ArrayList<>(byLabel.keySet());
    groups.add(Groups.OTHERS);
    groups.stream()
        .sorted()
        .map(label -> new Groups.Metric(RECALL, Role.LABEL.field(), label).toString())
        .forEach(metrics::add);
    return metrics;
  }

  private int truth(Sample sample) {
    String label = sample.fields().text(Role.LABEL.field()).orElseThrow();
    return Objects.requireNonNull(byLabel.get(label), label);
  }

  @Override
  public Said judged(Sample sample, Map<String, Tensor> outputs) {
    int truth = truth(sample);
    float[] scores = Outputs.require(outputs, output).toFloats();
    if (scores.length != classes) {
      return new Said(truth, -1, false, 0);
    }
    int said = Classes.largest(scores);
    return new Said(
        truth, said, said >= 0 && rank(scores, truth) < FEW, Classes.confidence(scores));
  }

  /** How many classes score higher, or as high and come first. */
  private static int rank(float[] scores, int truth) {
    int higher = 0;
    for (int i = 0; i < scores.length; i++) {
      higher += scores[i] > scores[truth] || (scores[i] == scores[truth] && i < truth) ? 1 : 0;
    }
    return higher;
  }

  @Override
  public List<Score> scores(List<Said> records) {
    List<Score> scores = new ArrayList<>();
    scores.add(Score.limited(TOP_1, Statistic.mean(records, each -> each.isRight() ? 1 : 0)));
    if (classes > FEW) {
      scores.add(
          Score.informational(TOP_5, Statistic.mean(records, each -> each.amongFive() ? 1 : 0)));
    }
    scores.add(Score.informational(MACRO_F1, Statistic.of(records, this::macroF1)));
    scores.add(
        Score.informational(CALIBRATION, Statistic.of(records, Classification::calibration)));
    scores.addAll(recalls(records));
    return scores;
  }

  private List<Score> recalls(List<Said> records) {
    Map<Integer, String> names = names();
    return Groups.of(
            Role.LABEL.field(),
            records.stream().map(each -> Optional.ofNullable(names.get(each.truth()))).toList())
        .of(Score.informational(RECALL, Statistic.mean(records, each -> each.isRight() ? 1 : 0)));
  }

  /** A label of each class that has one; of several the first. */
  private Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    new TreeMap<>(byLabel).forEach((label, place) -> names.putIfAbsent(place, label));
    return names;
  }

  /** Classes that are neither there nor said have no part in it. */
  private double macroF1(List<Said> records) {
    int[] right = new int[classes];
    int[] both = new int[classes];
    for (Said each : records) {
      both[each.truth()]++;
      if (each.said() >= 0) {
        both[each.said()]++;
        right[each.truth()] += each.isRight() ? 1 : 0;
      }
    }
    return IntStream.range(0, classes)
        .filter(i -> both[i] > 0)
        .mapToDouble(i -> 2.0 * right[i] / both[i])
        .average()
        .orElse(Double.NaN);
  }

  private static double calibration(List<Said> records) {
    double[] confident = new double[BINS];
    int[] right = new int[BINS];
    for (Said each : records) {
      int bin = Math.clamp((long) Math.ceil(each.confidence() * BINS) - 1, 0, BINS - 1);
      confident[bin] += each.confidence();
      right[bin] += each.isRight() ? 1 : 0;
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(confident[bin] - right[bin]);
    }
    return 1 - error / records.size();
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(
        TOP_1, request.least(TOP_1, true, Spread.OF_RATES),
        MACRO_F1, request.least(MACRO_F1, false, Spread.OF_RATES));
  }

  @Override
  public String group(Sample sample) {
    return Integer.toString(truth(sample));
  }

  @Override
  public boolean hasClasses() {
    return true;
  }

  @Override
  public Optional<Confusion> confusion(List<Said> before, List<Said> after) {
    Map<Integer, String> names = names();
    return Optional.of(
        Confusion.of(
            IntStream.range(0, before.size())
                .mapToObj(
                    i ->
                        new Confusion.Judged(
                            before.get(i).truth(), before.get(i).said(), after.get(i).said()))
                .toList(),
            classes,
            place -> names.getOrDefault(place, Integer.toString(place))));
  }

  @Override
  public Optional<Supervision> supervision() {
    return Optional.of(
        Supervision.of(
            output,
            Supervision.Kind.CLASS,
            sample -> Tensor.ofLongs(new long[] {1}, truth(sample))));
  }
}
