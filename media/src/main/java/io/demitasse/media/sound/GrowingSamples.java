package io.demitasse.media.sound;

import io.demitasse.error.DemitasseException;
import java.util.Arrays;
import java.util.Locale;

/** Samples of a sound whose length nobody knows for certain, up to the most that is taken. */
final class GrowingSamples {
  /** The longest sound, in minutes. */
  static final int MOST_MINUTES = 90;

  /** The most samples of a sound, of all channels: an hour and a half at 48 kHz. */
  static final long MOST_SAMPLES = 1L << 28;

  private final int rate;
  private final long most;
  private float[] samples = new float[1 << 13];
  private int count;

  /**
   * @param rate in hertz
   */
  GrowingSamples(int rate, int channels) {
    this.rate = rate;
    this.most = Math.min(MOST_SAMPLES / channels, MOST_MINUTES * 60L * rate);
  }

  /**
   * Refuses what would be too long before any of it is decoded.
   *
   * @param seconds that a file says it has
   * @throws DemitasseException (bad request) without naming the file
   */
  void requireShort(double seconds) {
    if (seconds * rate > most + rate) {
      throw tooLong(String.format(Locale.ROOT, "lasts %.0f minutes", seconds / 60));
    }
  }

  /**
   * @throws DemitasseException (bad request) when there are too many, without naming the file
   */
  void add(float sample) {
    if (count >= most) {
      throw tooLong("is too long");
    }
    if (count == samples.length) {
      samples = Arrays.copyOf(samples, Math.multiplyExact(count, 2));
    }
    samples[count++] = sample;
  }

  private DemitasseException tooLong(String what) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "%s, at most %.1f minutes of it are taken: cut it into shorter ones",
            what,
            most / 60.0 / rate));
  }

  int count() {
    return count;
  }

  /** A copy. */
  float[] samples() {
    return Arrays.copyOf(samples, count);
  }
}
