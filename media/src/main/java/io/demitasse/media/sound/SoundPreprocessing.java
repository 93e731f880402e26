package io.demitasse.media.sound;

import io.demitasse.error.DemitasseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a sound before a model hears it, in this order.
 *
 * <pre>
 *   one channel ── rate ── silence at both ends cut (trim) ── cut or filled to seconds ──┐
 *                          samples ◀── mean 0, variance 1 (normalize) ◀──────────────────┤
 *                          frames of features ◀──────────────────────────────────────────┘
 * </pre>
 *
 * @param rate in hertz, from 1
 * @param trim whether {@link VoiceActivity} cuts what is silent before and behind
 * @param seconds that it is cut off or filled with silence to; 0 leaves it as long as it is
 * @param normalize whether samples are brought to a mean of 0 and a variance of 1, as models do
 *     that follow wav2vec 2.0
 * @param features that take the place of samples; null where a model takes samples
 */
public record SoundPreprocessing(
    int rate, boolean trim, double seconds, boolean normalize, @Nullable SoundFeatures features) {
  /** The rate of most models of speech, in hertz. */
  public static final int USUAL_RATE = 16_000;

  /** Samples as they are, at the usual rate. */
  public static final SoundPreprocessing USUAL =
      new SoundPreprocessing(USUAL_RATE, false, 0, false, null);

  /** What keeps silence from being divided by zero, as wav2vec 2.0 has it. */
  private static final double EPSILON = 1e-7;

  public SoundPreprocessing {
    if (rate < 1 || !(seconds >= 0 && seconds * rate <= GrowingSamples.MOST_SAMPLES)) {
      throw new IllegalArgumentException("no sound of " + rate + " Hz lasts " + seconds + " s");
    }
    if (features != null && features.rate() != rate) {
      throw new IllegalArgumentException(
          "features of " + features.rate() + " Hz are not for sounds of " + rate + " Hz");
    }
  }

  /**
   * What the keys of a manifest say, see {@link SoundSettings}.
   *
   * @param place what messages call it
   * @param problems gets all that is wrong; the result is of use only where nothing was added
   */
  public static SoundPreprocessing of(
      Map<String, Object> settings, String place, List<String> problems) {
    return SoundSettings.read(settings, place, problems);
  }

  /** The keys and values that {@link #of} reads. */
  public Map<String, Object> settings() {
    return SoundSettings.write(this);
  }

  /** The same where a sound lasts a number of seconds. */
  public SoundPreprocessing lasting(double other) {
    return new SoundPreprocessing(rate, trim, other, normalize, features);
  }

  /** The sound at the rate, trimmed and of its length. */
  private Sound fitted(Sound sound) {
    Sound heard = sound.at(rate);
    Sound spoken = trim ? VoiceActivity.USUAL.trimmed(heard) : heard;
    int length = (int) Math.round(seconds * rate);
    return length == 0 ? spoken : new Sound(rate, Arrays.copyOf(spoken.samples(), length));
  }

  /**
   * The samples that a model hears.
   *
   * @param length that they are cut off or filled with silence to; 0 leaves them as they are
   */
  public float[] samples(Sound sound, int length) {
    Sound spoken = length == 0 ? fitted(sound) : lasting(0).fitted(sound);
    float[] samples = spoken.samples();
    int heard = length == 0 ? samples.length : Math.min(samples.length, length);
    if (normalize) {
      samples = normalized(samples, heard);
    }
    return length == 0 ? samples : Arrays.copyOf(samples, length);
  }

  private static float[] normalized(float[] samples, int count) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      sum += samples[i];
      squares += (double) samples[i] * samples[i];
    }
    double mean = sum / count;
    double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean) + EPSILON);
    float[] scaled = new float[count];
    for (int i = 0; i < count; i++) {
      scaled[i] = (float) ((samples[i] - mean) / deviation);
    }
    return scaled;
  }

  /**
   * The features that a model is given.
   *
   * @throws IllegalStateException where it is given samples
   * @throws DemitasseException (bad request) when the sound is too short for one frame
   */
  public FeatureFrames frames(Sound sound) {
    if (features == null) {
      throw new IllegalStateException("the model takes samples and no features");
    }
    return features.of(fitted(sound));
  }
}
