package io.demitasse.media.sound;

import java.util.Arrays;
import java.util.Locale;

/**
 * The logarithm of the power in mel bands, as Whisper takes it (Radford et al., "Robust Speech
 * Recognition via Large-Scale Weak Supervision", ICML 2023).
 *
 * <pre>
 *   sound ── its ends mirrored by half a window ── windows (Hann) ──────────────────────────┐
 *   (max(x, max - 8) + 4) / 4 ── x = log10(max(·, 1e-10)) ── bands of equal area ── |DFT|² ──┘
 * </pre>
 *
 * <p>There is a frame for each whole hop: 3000 of the 30 seconds that sounds are filled with
 * silence or cut off to, see {@link SoundPreprocessing}. Loudness is relative to the loudest band
 * of the whole sound, of which eight powers of ten are kept.
 *
 * @param rate in hertz
 * @param size of a window in samples; even
 * @param hop samples from a window to the next
 * @param bands of each frame
 */
public record LogMel(int rate, int size, int hop, int bands) implements SoundFeatures {
  /** What the models do that were published, with 80 or 128 bands. */
  public static LogMel whisper(int bands) {
    return new LogMel(16_000, 400, 160, bands);
  }

  private static final double LEAST = 1e-10;
  private static final double DECADES = 8;

  public LogMel {
    boolean windows = size >= 2 && size % 2 == 0 && hop >= 1;
    if (rate < 1 || !windows || bands < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no %d bands of windows of %d samples, an even number, every %d at %d Hz",
              bands,
              size,
              hop,
              rate));
    }
  }

  @Override
  public int width() {
    return bands;
  }

  @Override
  public FeatureFrames of(Sound sound) {
    float[] given = sound.at(rate).samples();
    float[] samples = given.length < hop ? Arrays.copyOf(given, hop) : given;
    int length = samples.length;
    int heard = heard(samples);
    int frames = length / hop;
    double[] window = hann();
    double[] numbers = new double[size];
    double[] power = new double[size / 2 + 1];
    float[] values = new float[Math.multiplyExact(frames, bands)];
    Arrays.fill(values, (float) Math.log10(LEAST));
    RealFourier fourier = new RealFourier(size);
    MelBands mel = MelBands.slaney(rate, size, bands);
    for (int frame = 0; frame < frames; frame++) {
      int start = frame * hop - size / 2;
      // All else is silence, also in the mirror.
      if (start < heard || length - heard < size) {
        cut(samples, start, window, numbers);
        fourier.power(numbers, power);
        for (int band = 0; band < bands; band++) {
          double energy = Math.max(LEAST, mel.of(power, band));
          values[frame * bands + band] = (float) Math.log10(energy);
        }
      }
    }
    scale(values);
    return new FeatureFrames(frames, bands, values);
  }

  /** How many samples there are before silence up to the end. */
  private static int heard(float[] samples) {
    int heard = samples.length;
    while (heard > 0 && samples[heard - 1] == 0) {
      heard--;
    }
    return heard;
  }

  private double[] hann() {
    double[] window = new double[size];
    for (int i = 0; i < size; i++) {
      window[i] = .5 - .5 * Math.cos(2 * Math.PI * i / size);
    }
    return window;
  }

  private static void cut(float[] from, int start, double[] window, double[] to) {
    boolean inside = start >= 0 && start + to.length <= from.length;
    for (int i = 0; i < to.length; i++) {
      int at = inside ? start + i : mirrored(start + i, from.length);
      to[i] = window[i] * from[at];
    }
  }

  /** Beyond its ends a sound runs back, without its last sample a second time. */
  private static int mirrored(int at, int length) {
    int round = Math.max(1, 2 * (length - 1));
    int inside = Math.floorMod(at, round);
    return inside < length ? inside : round - inside;
  }

  private static void scale(float[] values) {
    float highest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      highest = Math.max(highest, value);
    }
    float least = (float) (highest - DECADES);
    for (int i = 0; i < values.length; i++) {
      values[i] = (Math.max(values[i], least) + 4) / 4;
    }
  }
}
