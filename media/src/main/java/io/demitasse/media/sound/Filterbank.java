package io.demitasse.media.sound;

/**
 * The natural logarithm of the power in mel bands, by Kaldi's conventions (Povey et al., "The Kaldi
 * Speech Recognition Toolkit", ASRU 2011): whole windows of 25 ms every 10 ms without dither,
 * {@link KaldiWindows}, bands from {@value #LOWEST} Hz to half the rate on the scale {@code 1127
 * ln(1 + f / 700)}, no less than the logarithm of 2⁻²³.
 *
 * @param rate in hertz, from {@value #LEAST_RATE}
 * @param bands of each frame
 * @param scale what samples, which are from -1 to 1, are multiplied by: 32768 as Kaldi, which reads
 *     integers of 16 bits, or 1 as models that were trained on what torchaudio reads
 */
public record Filterbank(int rate, int bands, double scale) implements SoundFeatures {
  /** The lowest frequency in hertz. */
  static final double LOWEST = 20;

  /** The lowest rate, whose windows have 25 samples, in hertz. */
  public static final int LEAST_RATE = 1000;

  /** Kaldi's scale. */
  public static final double INTEGERS = 32768;

  public Filterbank {
    if (rate < LEAST_RATE || bands < 1 || !(scale > 0 && Double.isFinite(scale))) {
      throw new IllegalArgumentException(
          "no filter bank of " + bands + " bands at " + rate + " Hz, scaled by " + scale);
    }
  }

  @Override
  public int width() {
    return bands;
  }

  @Override
  public FeatureFrames of(Sound sound) {
    float[] samples = sound.at(rate).samples();
    KaldiWindows windows = new KaldiWindows(rate, scale);
    int count = windows.count(samples);
    double[] povey = windows.povey();
    double[] numbers = new double[windows.size()];
    double[] power = new double[windows.size() / 2 + 1];
    RealFourier fourier = new RealFourier(windows.size());
    MelBands mel = MelBands.kaldi(rate, windows.size(), bands);
    float[] values = new float[Math.multiplyExact(count, bands)];
    for (int frame = 0; frame < count; frame++) {
      double unused = windows.cut(samples, frame, povey, numbers);
      fourier.power(numbers, power);
      for (int band = 0; band < bands; band++) {
        double energy = Math.max(KaldiWindows.LEAST, mel.of(power, band));
        values[frame * bands + band] = (float) Math.log(energy);
      }
    }
    return new FeatureFrames(count, bands, values);
  }
}
