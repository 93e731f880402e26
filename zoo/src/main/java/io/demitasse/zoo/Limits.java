package io.demitasse.zoo;

import java.util.Locale;

/** What sizes may be, so that no product of them is too large to be counted. */
final class Limits {
  private static final int WIDTH = 1 << 16;
  private static final int LAYERS = 1 << 10;
  private static final int ROWS = 1 << 24;
  private static final int MULTIPLIER = 64;

  private Limits() {}

  /** Channels, features, or pixels along a side. */
  static void width(String name, int value) {
    between(name, value, 1, WIDTH);
  }

  /** Layers, or blocks of them. */
  static void layers(String name, int value) {
    between(name, value, 1, LAYERS);
  }

  /** Rows of a table, such as words and positions. */
  static void rows(String name, int value) {
    between(name, value, 1, ROWS);
  }

  static void between(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "'%s' must be from %d to %d, got %d", name, least, most, value));
    }
  }

  /** A number from 0 to 1. */
  static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "'%s' must be from 0 to 1, got %s", name, value));
    }
  }

  /** A factor of widths. */
  static void multiplier(double value) {
    if (!(value > 0 && value <= MULTIPLIER)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "'multiplier' must be above 0 and at most %d, got %s",
              MULTIPLIER,
              value));
    }
  }

  /**
   * The sizes of layers of a transformer.
   *
   * @param of what their names begin with, where there are several
   */
  static void transformer(String of, int width, int heads, int hidden, int layers) {
    width(of + "width", width);
    width(of + "heads", heads);
    multiple(of + "width", width, of + "heads", heads);
    width(of + "hidden", hidden);
    layers(of + "layers", layers);
  }

  /** That one size is a multiple of another. */
  static void multiple(String name, int value, String ofName, int of) {
    if (value % of != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "'%s' must be a multiple of '%s', got %d and %d",
              name,
              ofName,
              value,
              of));
    }
  }
}
