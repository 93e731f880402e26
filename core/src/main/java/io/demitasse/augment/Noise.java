package io.demitasse.augment;

import io.demitasse.augment.Inputs.Rows;
import io.demitasse.objective.Batch;
import java.util.random.RandomGenerator;

/**
 * Independent Gaussian noise on every number of an input.
 *
 * @param input name of an input of floats of any shape with an axis for examples
 * @param deviation of the noise, in the unit of the input; at least 0
 */
public record Noise(String input, double deviation) implements Augmentation {
  public Noise {
    Bounds.checkSize("a deviation", deviation);
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    return Inputs.floats(example, input, 1, rows -> noisy(rows, random));
  }

  private Rows noisy(Rows rows, RandomGenerator random) {
    float[] numbers = rows.numbers();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] += (float) (deviation * random.nextGaussian());
    }
    return rows;
  }
}
