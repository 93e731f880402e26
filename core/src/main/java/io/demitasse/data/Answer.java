package io.demitasse.data;

import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Map;

/** How much outputs still say what was said: the higher, the more. */
@FunctionalInterface
public interface Answer {

  /** Of outputs of the same model, or another of the same form, for what may be another sample. */
  double score(Map<String, Tensor> outputs);

  /** Of outputs that say nothing. */
  Answer NONE = _ -> 0;

  /**
   * Of the first output of floats, as its form tells: one number is compared; of a vector for a
   * sample, {@code [C]} or {@code [1,C]}, the probability of the class that scores highest; all
   * else is a direction, {@link #direction}.
   */
  static Answer of(Map<String, Tensor> outputs) {
    for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
      Tensor tensor = output.getValue();
      if (tensor.dataType().isFloatingPoint() && tensor.elementCount() > 0) {
        return of(output.getKey(), tensor);
      }
    }
    return NONE;
  }

  private static Answer of(String output, Tensor tensor) {
    long last = tensor.rank() == 0 ? 1 : tensor.sizes()[tensor.rank() - 1];
    if (tensor.elementCount() == 1) {
      double said = tensor.toDoubles()[0];
      return outputs -> -Math.abs(only(outputs, output)[0] - said);
    }
    return tensor.rank() <= 2 && last == tensor.elementCount()
        ? ofClass(output, tensor.toDoubles())
        : direction(output, tensor);
  }

  private static double[] only(Map<String, Tensor> outputs, String output) {
    Tensor tensor = outputs.get(output);
    return tensor == null ? new double[] {Double.NaN} : tensor.toDoubles();
  }

  private static Answer ofClass(String output, double[] scores) {
    int said = 0;
    for (int i = 1; i < scores.length; i++) {
      said = scores[i] > scores[said] ? i : said;
    }
    int place = said;
    return outputs -> probability(only(outputs, output), place);
  }

  /** Scores that are probabilities already are taken as they are. */
  private static double probability(double[] scores, int place) {
    if (place >= scores.length) {
      return 0;
    }
    boolean sure = Arrays.stream(scores).allMatch(score -> score >= 0 && score <= 1);
    if (sure && Math.abs(Arrays.stream(scores).sum() - 1) < 1e-3) {
      return scores[place];
    }
    double most = Arrays.stream(scores).max().orElse(0);
    return Math.exp(scores[place] - most)
        / Arrays.stream(scores).map(score -> Math.exp(score - most)).sum();
  }

  /** The cosine with a tensor, 0 where sizes differ or one of them is zero. */
  static Answer direction(String output, Tensor tensor) {
    double[] said = tensor.toDoubles();
    return outputs -> {
      double[] other = only(outputs, output);
      if (other.length != said.length) {
        return 0;
      }
      double[] sums = new double[3];
      for (int i = 0; i < said.length; i++) {
        sums[0] += said[i] * other[i];
        sums[1] += said[i] * said[i];
        sums[2] += other[i] * other[i];
      }
      double norms = Math.sqrt(sums[1] * sums[2]);
      return norms == 0 ? 0 : sums[0] / norms;
    };
  }
}
