package io.demitasse.augment;

import io.demitasse.augment.Inputs.Rows;
import io.demitasse.objective.Batch;
import java.util.random.RandomGenerator;

/**
 * Sound played slower or faster, its pitch with it (Ko et al., Audio Augmentation for Speech
 * Recognition, Interspeech 2015). The length stays: what is faster ends in silence, what is slower
 * is cut off.
 *
 * @param input name of the waves, samples along the last axis, such as {@code float[N,T]}
 * @param slowest factor; above 0, 1 changes nothing
 * @param fastest factor; at least {@code slowest}
 */
public record Speed(String input, double slowest, double fastest) implements Augmentation {
  public Speed {
    if (!(slowest > 0 && fastest >= slowest && fastest < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "speeds are above 0 and ascend, got " + slowest + " and " + fastest);
    }
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    return Inputs.floats(example, input, 2, waves -> played(waves, random));
  }

  private Rows played(Rows waves, RandomGenerator random) {
    float[] played = new float[waves.numbers().length];
    int length = waves.size(-1);
    for (int example = 0; example < waves.examples(); example++) {
      double speed = slowest + (fastest - slowest) * random.nextDouble();
      int from = example * waves.length();
      for (int wave = from; wave < from + waves.length(); wave += length) {
        resample(waves.numbers(), played, wave, length, speed);
      }
    }
    return new Rows(waves.sizes(), played);
  }

  private static void resample(float[] from, float[] to, int start, int length, double speed) {
    for (int i = 0; i < length && i * speed <= length - 1; i++) {
      double place = i * speed;
      int left = (int) place;
      int right = Math.min(left + 1, length - 1);
      double share = place - left;
      to[start + i] = (float) ((1 - share) * from[start + left] + share * from[start + right]);
    }
  }
}
