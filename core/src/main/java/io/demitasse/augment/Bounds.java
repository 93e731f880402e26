package io.demitasse.augment;

/** Bounds of what options may be. */
final class Bounds {
  private Bounds() {}

  static void check(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(what + " is from 0 to 1, got " + share);
    }
  }

  static void checkSize(String what, double size) {
    if (!(size >= 0 && size < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + " is at least 0 and finite, got " + size);
    }
  }
}
