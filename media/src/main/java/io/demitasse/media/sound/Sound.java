package io.demitasse.media.sound;

/**
 * A sound of one channel.
 *
 * @param rate samples of a second, in hertz; from 1
 * @param samples at least one, usually from -1 to 1; owned by the sound and never changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record Sound(int rate, float[] samples) {
  /**
   * The same at another rate; what only the higher of both can hold is left out.
   *
   * @param other in hertz
   */
  public Sound at(int other) {
    return new Resampler(rate, other).of(samples);
  }

  public Sound {
    if (rate < 1 || samples.length == 0) {
      throw new IllegalArgumentException(
          "there is no sound of " + samples.length + " samples at " + rate + " hertz");
    }
  }
}
