package io.demitasse.media.sound;

import io.demitasse.error.DemitasseException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Windows of a sound as Kaldi cuts them: 25 ms every 10 ms, whole ones only, without their mean,
 * with high frequencies raised, under a Povey window, filled with zeros up to a power of two.
 *
 * <pre>
 *   x[i] ← x[i] - mean     x[i] ← x[i] - .97 x[i-1], x[0] ← .03 x[0]
 *   x[i] ← x[i] · (.5 - .5 cos(2πi / (n - 1)))^.85
 * </pre>
 *
 * @param rate in hertz
 * @param scale what samples are multiplied by
 */
record KaldiWindows(int rate, double scale) {
  private static final double EMPHASIS = .97;
  private static final double POVEY = .85;

  /** The least that a logarithm is taken of: the precision of a float. */
  static final double LEAST = Math.ulp(1f);

  int length() {
    return rate / 40;
  }

  private int shift() {
    return rate / 100;
  }

  /** The size of the transform. */
  int size() {
    return Math.max(2, Integer.highestOneBit(2 * length() - 1));
  }

  /**
   * How many windows a sound has.
   *
   * @throws DemitasseException (bad request) when it is shorter than one
   */
  int count(float[] samples) {
    if (samples.length < length()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "the sound lasts %.1f ms, features need 25 ms at least",
              1000.0 * samples.length / rate));
    }
    return 1 + (samples.length - length()) / shift();
  }

  double[] povey() {
    double[] window = new double[length()];
    for (int i = 0; i < window.length; i++) {
      window[i] = Math.pow(.5 - .5 * Math.cos(2 * Math.PI * i / (window.length - 1)), POVEY);
    }
    return window;
  }

  /**
   * A window of a sound.
   *
   * @param window as {@link #povey()} makes it
   * @param to gets it, {@link #size()} numbers
   * @return the logarithm of its energy before anything was raised or faded
   */
  double cut(float[] samples, int index, double[] window, double[] to) {
    int start = index * shift();
    double mean = 0;
    for (int i = 0; i < window.length; i++) {
      mean += scale * samples[start + i] / window.length;
    }
    double energy = 0;
    for (int i = 0; i < window.length; i++) {
      to[i] = scale * samples[start + i] - mean;
      energy += to[i] * to[i];
    }
    for (int i = window.length - 1; i >= 0; i--) {
      to[i] = window[i] * (to[i] - EMPHASIS * to[Math.max(0, i - 1)]);
    }
    Arrays.fill(to, window.length, to.length, 0);
    return Math.log(Math.max(LEAST, energy));
  }
}
