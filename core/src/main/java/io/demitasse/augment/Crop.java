package io.demitasse.augment;

import io.demitasse.augment.Inputs.Rows;
import io.demitasse.objective.Batch;
import java.util.random.RandomGenerator;

/**
 * A part of each picture, which is as large as the picture was: it is moved by a few pixels, and
 * what comes in at the edges is 0 (He et al., Deep Residual Learning for Image Recognition, CVPR
 * 2016).
 *
 * @param input name of the pictures, {@code float[N,C,H,W]}
 * @param padding how many pixels it may move in each direction; at least 0
 */
public record Crop(String input, int padding) implements Augmentation {
  public Crop {
    if (padding < 0) {
      throw new IllegalArgumentException("padding is at least 0, got " + padding);
    }
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    return Inputs.floats(example, input, 4, pictures -> moved(pictures, random));
  }

  private Rows moved(Rows pictures, RandomGenerator random) {
    float[] moved = new float[pictures.numbers().length];
    int height = pictures.size(-2);
    int width = pictures.size(-1);
    int planes = pictures.length() / (height * width);
    for (int picture = 0; picture < pictures.examples(); picture++) {
      int down = random.nextInt(-padding, padding + 1);
      int right = random.nextInt(-padding, padding + 1);
      for (int plane = picture * planes; plane < (picture + 1) * planes; plane++) {
        for (int row = Math.max(0, -down); row < Math.min(height, height - down); row++) {
          int from = (plane * height + row + down) * width;
          int to = (plane * height + row) * width;
          int first = Math.max(0, -right);
          int count = width - Math.abs(right);
          if (count > 0) {
            System.arraycopy(pictures.numbers(), from + first + right, moved, to + first, count);
          }
        }
      }
    }
    return new Rows(pictures.sizes(), moved);
  }
}
