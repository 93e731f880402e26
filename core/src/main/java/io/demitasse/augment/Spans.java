package io.demitasse.augment;

import io.demitasse.augment.Inputs.Rows;
import io.demitasse.objective.Batch;
import java.util.random.RandomGenerator;

/**
 * Bands of an axis blotted out: of a spectrogram, frequencies or moments (Park et al., SpecAugment,
 * Interspeech 2019). What is blotted out becomes the mean of the example.
 *
 * @param input name of an input of floats, such as {@code [N,1,frequencies,moments]}
 * @param axis along which bands lie, never that of examples; below zero it counts from the last
 * @param bands how many; at least 0
 * @param widest of one, as a share of the axis, from 0 to 1
 */
public record Spans(String input, int axis, int bands, double widest) implements Augmentation {
  public Spans {
    if (axis == 0 || bands < 0) {
      throw new IllegalArgumentException(
          "the axis is not 0, and bands are at least 0, got " + axis + " and " + bands);
    }
    Bounds.check("the widest band", widest);
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    int axes = axis > 0 ? axis + 1 : 1 - axis;
    return Inputs.floats(example, input, axes, rows -> blotted(rows, random));
  }

  private Rows blotted(Rows rows, RandomGenerator random) {
    int size = rows.size(axis);
    int inner = 1;
    for (int i = rows.sizes().length - 1; i > Math.floorMod(axis, rows.sizes().length); i--) {
      inner *= rows.size(i);
    }
    for (int example = 0; example < rows.examples(); example++) {
      int from = example * rows.length();
      float mean = mean(rows.numbers(), from, rows.length());
      for (int band = 0; band < bands; band++) {
        int width = random.nextInt((int) (widest * size) + 1);
        int first = random.nextInt(size - width + 1);
        for (int outer = from; outer < from + rows.length(); outer += size * inner) {
          int start = outer + first * inner;
          java.util.Arrays.fill(rows.numbers(), start, start + width * inner, mean);
        }
      }
    }
    return rows;
  }

  private static float mean(float[] numbers, int from, int length) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += numbers[i];
    }
    return (float) (sum / length);
  }
}
