package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.CocoFile;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.metric.BoxPrecision;
import io.demitasse.media.metric.BoxPrecision.Box;
import io.demitasse.media.metric.BoxPrecision.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where things of some classes are in a picture.
 *
 * <p>Metrics: {@code mean average precision}, over intersections over union of .50 to .95, is held
 * by a budget; {@code mean average precision@50}, where boxes have to overlap by half. Both are of
 * all pictures together.
 *
 * @param byLabel the class of the model of each label; empty where samples tell it as numbers
 * @param names how many classes of the model have names
 * @param placing where a picture lies in the input
 */
record ObjectDetection(Map<String, Integer> byLabel, int names, Placing placing)
    implements Judgment<BoxPrecision> {
  static final String NAME = "detection";

  private static final String PRECISION = "mean average precision";
  private static final String AT_HALF = PRECISION + "@50";

  ObjectDetection {
    byLabel = Map.copyOf(byLabel);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return List.of(PRECISION, AT_HALF);
  }

  @Override
  public BoxPrecision judged(Sample sample, Map<String, Tensor> outputs) {
    return BoxPrecision.of(DetectedBoxes.of(outputs, names).in(placing.of(sample)), truth(sample));
  }

  private List<Truth> truth(Sample sample) {
    double[] sides =
        sample.fields().find(CocoFile.BOXES).map(Tensor::toDoubles).orElse(new double[0]);
    List<String> labels = sample.fields().texts(Role.LABEL.field());
    long[] numbers =
        sample.fields().find(CocoFile.CATEGORIES).map(Tensor::toLongs).orElse(new long[0]);
    List<Truth> truth = new ArrayList<>();
    for (int i = 0; 4 * i < sides.length; i++) {
      double left = sides[4 * i];
      double top = sides[4 * i + 1];
      truth.add(
          new Truth(
              new Box(left, top, left + sides[4 * i + 2], top + sides[4 * i + 3]),
              byLabel.isEmpty()
                  ? (int) numbers[i]
                  : Objects.requireNonNull(byLabel.get(labels.get(i)))));
    }
    return truth;
  }

  @Override
  public List<Score> scores(List<BoxPrecision> records) {
    return List.of(
        Score.limited(PRECISION, Statistic.of(records, BoxPrecision::mean)),
        Score.informational(AT_HALF, Statistic.of(records, BoxPrecision::atHalf)));
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(PRECISION, request.least(PRECISION, true, Spread.OF_PICTURES));
  }
}
