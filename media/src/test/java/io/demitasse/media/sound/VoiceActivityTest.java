package io.demitasse.media.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.media.sound.VoiceActivity.Span;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tones amid noise, and where they are found. */
final class VoiceActivityTest {
  private static final int RATE = 16_000;

  /** Noise of a loudness that grows along the sound, and tones between seconds. */
  private static Sound sound(double seconds, double noise, double growing, double[]... tones) {
    Random random = new Random(3);
    float[] samples = new float[(int) (seconds * RATE)];
    for (int i = 0; i < samples.length; i++) {
      double time = (double) i / RATE;
      double sample = noise * (1 + growing * time) * random.nextGaussian();
      for (double[] tone : tones) {
        if (time >= tone[0] && time < tone[1]) {
          sample += .3 * Math.sin(2 * Math.PI * 300 * time);
        }
      }
      samples[i] = (float) sample;
    }
    return new Sound(RATE, samples);
  }

  @Test
  void spansBeginALittleBeforeAndEndALittleLater() {
    List<Span> spans =
        VoiceActivity.USUAL.spans(sound(6, .01, 0, new double[] {1, 2}, new double[] {4, 4.5}));

    assertThat(spans).hasSize(2);
    assertThat(spans.get(0).from()).isCloseTo((int) (.9 * RATE), within(RATE / 25));
    assertThat(spans.get(0).to()).isCloseTo((int) (2.3 * RATE), within(RATE / 25));
    assertThat(spans.get(1).from()).isCloseTo((int) (3.9 * RATE), within(RATE / 25));
    assertThat(spans.get(1).to()).isCloseTo((int) (4.8 * RATE), within(RATE / 25));
  }

  @Test
  void pauseWithinTheHangoverIsNone() {
    List<Span> spans =
        VoiceActivity.USUAL.spans(sound(3, .01, 0, new double[] {1, 1.4}, new double[] {1.6, 2}));

    assertThat(spans).hasSize(1);
  }

  @Test
  void floorFollowsNoiseThatGrows() {
    // At its end the noise alone is six times as loud as at its beginning.
    List<Span> spans = VoiceActivity.USUAL.spans(sound(20, .004, .25, new double[] {12, 13}));

    assertThat(spans).hasSize(1);
    assertThat(spans.getFirst().from()).isBetween((int) (11.8 * RATE), 12 * RATE);
  }

  @Test
  void noiseSilenceAndClicksAreNoSpeech() {
    assertThat(VoiceActivity.USUAL.spans(sound(3, .05, 0))).isEmpty();
    assertThat(VoiceActivity.USUAL.spans(new Sound(RATE, new float[RATE]))).isEmpty();
    assertThat(VoiceActivity.USUAL.spans(new Sound(RATE, new float[1]))).isEmpty();
    float[] click = new float[RATE];
    click[5000] = 1;
    assertThat(VoiceActivity.USUAL.spans(new Sound(RATE, click))).isEmpty();
  }

  @Test
  void silenceIsCutAtBothEndsAlone() {
    Sound sound = sound(6, .01, 0, new double[] {2, 2.5}, new double[] {4, 4.5});

    Sound trimmed = VoiceActivity.USUAL.trimmed(sound);

    assertThat(trimmed.samples().length).isCloseTo((int) (2.9 * RATE), within(RATE / 12));
    Sound noise = sound(1, .01, 0);
    assertThat(VoiceActivity.USUAL.trimmed(noise)).isSameAs(noise);
    assertThat(new SoundPreprocessing(RATE, true, 0, false, null).samples(sound, 0))
        .isEqualTo(trimmed.samples());
  }

  @Test
  void marginsAreAboveZero() {
    assertThatThrownBy(() -> new VoiceActivity(0, .1)).hasMessageContaining("margin of 0.0 dB");
  }
}
