package io.demitasse.media.sound;

import io.demitasse.error.DemitasseException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Bands of equal width in mels, each a triangle from the middle of the one below to the middle of
 * the one above: how much of the power at each frequency belongs to a band.
 */
final class MelBands {
  /** Of each band, the first bin with a weight. */
  private final int[] first;

  /** Of each band, the weights from there on. */
  private final double[][] weights;

  private MelBands(double[][] all) {
    first = new int[all.length];
    weights = new double[all.length][];
    for (int band = 0; band < all.length; band++) {
      int from = 0;
      int to = all[band].length;
      while (from < to && all[band][from] == 0) {
        from++;
      }
      while (to > from && all[band][to - 1] == 0) {
        to--;
      }
      first[band] = from;
      weights[band] = Arrays.copyOfRange(all[band], from, to);
    }
  }

  /**
   * Triangles over hertz of equal area, from 0 Hz to half the rate but no higher than Whisper's
   * 8000 Hz.
   *
   * @param size of the transform whose bins are weighed
   */
  static MelBands slaney(int rate, int size, int bands) {
    double highest = Math.min(rate / 2.0, 8000);
    double[] edges = MelScale.SLANEY.between(0, highest, bands + 2);
    double[][] all = new double[bands][size / 2 + 1];
    for (int band = 0; band < bands; band++) {
      double area = 2 / (edges[band + 2] - edges[band]);
      for (int bin = 0; bin < all[band].length; bin++) {
        double hertz = (double) bin * rate / size;
        all[band][bin] = area * triangle(hertz, edges[band], edges[band + 1], edges[band + 2]);
      }
    }
    return new MelBands(all);
  }

  /**
   * Triangles over mels of height 1, from 20 Hz to half the rate, whose own bin counts for nothing.
   *
   * @param size of the transform whose bins are weighed
   * @throws DemitasseException (bad request) when there are so many that one has no bin
   */
  static MelBands kaldi(int rate, int size, int bands) {
    double low = MelScale.KALDI.mel(Filterbank.LOWEST);
    double step = (MelScale.KALDI.mel(rate / 2.0) - low) / (bands + 1);
    double[][] all = new double[bands][size / 2 + 1];
    for (int band = 0; band < bands; band++) {
      double left = low + band * step;
      for (int bin = 0; bin < size / 2; bin++) {
        double mel = MelScale.KALDI.mel((double) bin * rate / size);
        all[band][bin] = triangle(mel, left, left + step, left + 2 * step);
      }
    }
    MelBands made = new MelBands(all);
    if (Arrays.stream(made.weights).anyMatch(band -> band.length == 0)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%d bands are too many for sounds of %d Hz: one would hear nothing. Take fewer.",
              bands,
              rate));
    }
    return made;
  }

  private static double triangle(double at, double left, double middle, double right) {
    return Math.max(0, Math.min((at - left) / (middle - left), (right - at) / (right - middle)));
  }

  int count() {
    return first.length;
  }

  /** The power in a band. */
  double of(double[] power, int band) {
    double sum = 0;
    for (int i = 0; i < weights[band].length; i++) {
      sum += weights[band][i] * power[first[band] + i];
    }
    return sum;
  }

  /** What a bin weighs in a band. */
  double weight(int band, int bin) {
    int at = bin - first[band];
    return at >= 0 && at < weights[band].length ? weights[band][at] : 0;
  }
}
