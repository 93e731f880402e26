package io.demitasse.media.ocr;

import io.demitasse.media.image.Normalization;
import java.util.Locale;

/** Checks settings. */
final class Ranges {
  private Ranges() {}

  static void require(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be from %s to %s, got %s",
              name,
              text(least),
              text(most),
              text(value)));
    }
  }

  static void requireColors(Normalization normalization) {
    if (!normalization.isFor(3)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "mean and std must be one number or three, for blue, green and red, got %s and %s",
              normalization.mean(),
              normalization.deviation()));
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
