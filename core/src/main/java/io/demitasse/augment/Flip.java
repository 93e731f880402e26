package io.demitasse.augment;

import io.demitasse.augment.Inputs.Rows;
import io.demitasse.objective.Batch;
import java.util.random.RandomGenerator;

/**
 * Left and right exchanged in some pictures. Not for what has to be read.
 *
 * @param input name of the pictures, {@code float[N,C,H,W]}
 * @param probability from 0 to 1
 */
public record Flip(String input, double probability) implements Augmentation {
  public Flip {
    Bounds.check("a probability", probability);
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    return Inputs.floats(example, input, 4, pictures -> flipped(pictures, random));
  }

  private Rows flipped(Rows pictures, RandomGenerator random) {
    float[] numbers = pictures.numbers();
    int width = pictures.size(-1);
    int length = pictures.length();
    for (int picture = 0; picture < pictures.examples(); picture++) {
      if (random.nextDouble() < probability) {
        for (int row = picture * length; row < (picture + 1) * length; row += width) {
          reverse(numbers, row, row + width - 1);
        }
      }
    }
    return pictures;
  }

  private static void reverse(float[] numbers, int first, int last) {
    for (int left = first, right = last; left < right; left++, right--) {
      float number = numbers[left];
      numbers[left] = numbers[right];
      numbers[right] = number;
    }
  }
}
