package io.demitasse.media.image;

import java.util.Arrays;

/**
 * Resizing as Pillow before version 13 does it, with which models were trained: first all rows to
 * the new width, then all columns to the new height, each pass in fixed point and rounded to 8
 * bits. Pillow 13 begins with the columns where a picture becomes much lower; samples then differ
 * by a level.
 */
final class PillowResize {
  private static final int HALF = 1 << (PillowTaps.BITS - 1);

  private PillowResize() {}

  static Picture resize(Picture picture, int width, int height, PillowKernel kernel) {
    byte[] rgb = picture.rgb();
    if (width != picture.width()) {
      rgb = rows(picture, PillowTaps.of(picture.width(), width, kernel));
    }
    if (height != picture.height()) {
      rgb = columns(rgb, 3 * width, PillowTaps.of(picture.height(), height, kernel));
    }
    return new Picture(width, height, rgb);
  }

  private static byte[] rows(Picture picture, PillowTaps taps) {
    int width = taps.first().length;
    int height = picture.height();
    byte[] from = picture.rgb();
    byte[] to = new byte[3 * width * height];
    int target = 0;
    for (int y = 0; y < height; y++) {
      int start = 3 * y * picture.width();
      for (int x = 0; x < width; x++, target += 3) {
        pixel(from, start + 3 * taps.first()[x], taps.weights()[x], to, target);
      }
    }
    return to;
  }

  private static void pixel(byte[] from, int start, int[] weights, byte[] to, int target) {
    int red = HALF;
    int green = HALF;
    int blue = HALF;
    int source = start;
    for (int weight : weights) {
      red += weight * (from[source] & 0xff);
      green += weight * (from[source + 1] & 0xff);
      blue += weight * (from[source + 2] & 0xff);
      source += 3;
    }
    to[target] = rounded(red);
    to[target + 1] = rounded(green);
    to[target + 2] = rounded(blue);
  }

  /**
   * @param length samples of a row
   */
  private static byte[] columns(byte[] from, int length, PillowTaps taps) {
    int height = taps.first().length;
    byte[] to = new byte[length * height];
    int[] sums = new int[length];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      int source = length * taps.first()[y];
      for (int weight : taps.weights()[y]) {
        for (int i = 0; i < length; i++) {
          sums[i] += weight * (from[source + i] & 0xff);
        }
        source += length;
      }
      int target = y * length;
      for (int i = 0; i < length; i++) {
        to[target + i] = rounded(sums[i]);
      }
    }
    return to;
  }

  private static byte rounded(int sum) {
    return (byte) Math.clamp(sum >> PillowTaps.BITS, 0, 255);
  }

  static Picture nearest(Picture picture, int width, int height) {
    int[] columns = nearest(picture.width(), width);
    int[] rows = nearest(picture.height(), height);
    byte[] from = picture.rgb();
    byte[] to = new byte[3 * width * height];
    int target = 0;
    for (int row : rows) {
      int start = 3 * row * picture.width();
      for (int column : columns) {
        int source = start + 3 * column;
        to[target] = from[source];
        to[target + 1] = from[source + 1];
        to[target + 2] = from[source + 2];
        target += 3;
      }
    }
    return new Picture(width, height, to);
  }

  /** The step is added up and not multiplied, as Pillow does, so that rounding agrees as well. */
  private static int[] nearest(int from, int to) {
    double step = (double) from / to;
    double place = step * 0.5;
    int[] indices = new int[to];
    for (int i = 0; i < to; i++, place += step) {
      indices[i] = Math.min((int) place, from - 1);
    }
    return indices;
  }
}
