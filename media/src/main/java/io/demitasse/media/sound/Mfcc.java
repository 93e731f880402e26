package io.demitasse.media.sound;

/**
 * Mel-frequency cepstral coefficients by Kaldi's conventions (Davis, Mermelstein, "Comparison of
 * Parametric Representations for Monosyllabic Word Recognition", IEEE Transactions on Acoustics,
 * Speech, and Signal Processing 1980): the cosine transform of a {@link Filterbank}, orthonormal,
 * whose higher coefficients are raised by a lifter.
 *
 * <pre>
 *   c[k] = (1 + 11 sin(πk / 22)) · sqrt((k = 0 ? 1 : 2) / N) · Σ b[n] cos(πk (n + 1/2) / N)
 * </pre>
 *
 * @param filterbank of {@code N} bands
 * @param coefficients of each frame, at most as many as bands
 * @param energy whether the logarithm of a window's energy takes the place of the first
 *     coefficient, as {@code --use-energy=true} says to Kaldi
 */
public record Mfcc(Filterbank filterbank, int coefficients, boolean energy)
    implements SoundFeatures {
  private static final double LIFTER = 22;

  public Mfcc {
    if (coefficients < 1 || coefficients > filterbank.bands()) {
      throw new IllegalArgumentException(
          filterbank.bands() + " bands give no " + coefficients + " coefficients");
    }
  }

  @Override
  public int rate() {
    return filterbank.rate();
  }

  @Override
  public int width() {
    return coefficients;
  }

  @Override
  public FeatureFrames of(Sound sound) {
    Sound heard = sound.at(rate());
    FeatureFrames bands = filterbank.of(heard);
    double[][] transform = transform();
    float[] values = new float[bands.count() * coefficients];
    for (int frame = 0; frame < bands.count(); frame++) {
      for (int k = 0; k < coefficients; k++) {
        double sum = 0;
        for (int n = 0; n < bands.width(); n++) {
          sum += transform[k][n] * bands.values()[frame * bands.width() + n];
        }
        values[frame * coefficients + k] = (float) sum;
      }
    }
    if (energy) {
      writeEnergies(heard.samples(), values);
    }
    return new FeatureFrames(bands.count(), coefficients, values);
  }

  private double[][] transform() {
    int bands = filterbank.bands();
    double[][] rows = new double[coefficients][bands];
    for (int k = 0; k < coefficients; k++) {
      double lifted = 1 + LIFTER / 2 * Math.sin(Math.PI * k / LIFTER);
      double factor = lifted * Math.sqrt((k == 0 ? 1.0 : 2.0) / bands);
      for (int n = 0; n < bands; n++) {
        rows[k][n] = factor * Math.cos(Math.PI * k * (n + .5) / bands);
      }
    }
    return rows;
  }

  private void writeEnergies(float[] samples, float[] values) {
    KaldiWindows windows = new KaldiWindows(rate(), filterbank.scale());
    double[] povey = windows.povey();
    double[] unused = new double[windows.size()];
    for (int frame = 0; frame * coefficients < values.length; frame++) {
      values[frame * coefficients] = (float) windows.cut(samples, frame, povey, unused);
    }
  }
}
