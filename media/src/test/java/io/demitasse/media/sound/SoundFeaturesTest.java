package io.demitasse.media.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features against {@link DirectFeatures}, which computes them by their definitions. */
final class SoundFeaturesTest {

  /** Tones over noise, which rise and fall. */
  private static float[] sound(int count, int seed) {
    Random random = new Random(seed);
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      double loud = .5 + .5 * Math.sin(i / 3000.0);
      samples[i] =
          (float)
              (loud * (.3 * Math.sin(i * .05) + .2 * Math.sin(i * .71 + i * i * 1e-6))
                  + .01 * random.nextGaussian());
    }
    return samples;
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 128})
  void logMelIsThatOfWhisper(int bands) {
    float[] samples = sound(7_000, bands);
    LogMel features = new LogMel(16_000, 400, 160, bands);

    FeatureFrames found =
        new SoundPreprocessing(16_000, false, .5, false, features)
            .frames(new Sound(16_000, samples));

    assertThat(found.count()).isEqualTo(50);
    assertThat(found.byFeature())
        .containsExactly(DirectFeatures.logMel(samples, 8_000, bands), within(1e-4f));
  }

  @Test
  void logMelIsPaddedOrCutToThirtySeconds() {
    SoundPreprocessing whisper =
        new SoundPreprocessing(16_000, false, 30, false, LogMel.whisper(80));
    FeatureFrames little = whisper.frames(new Sound(16_000, sound(3_000, 1)));
    FeatureFrames much = whisper.frames(new Sound(16_000, sound(500_000, 1)));

    assertThat(little.count()).isEqualTo(3000);
    assertThat(little.byFeature()).hasSize(80 * 3000);
    float silence = little.values()[80 * 2999];
    for (int i = 80 * 25; i < 80 * 3000; i++) {
      assertThat(little.values()[i]).isEqualTo(silence);
    }
    assertThat(much.count()).isEqualTo(3000);
    assertThat(much.values()[80 * 2999 + 7]).isGreaterThan(silence);
  }

  @Test
  void soundWithoutAnyIsEvenlyQuiet() {
    FeatureFrames found = LogMel.whisper(80).of(new Sound(8_000, new float[1]));

    // (log10(1e-10) + 4) / 4
    assertThat(found.values()).containsOnly(-1.5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 16_000})
  void filterbankIsThatOfKaldi(int rate) {
    float[] samples = sound(rate / 2 + 77, rate);
    Filterbank features = new Filterbank(rate, rate / 200, Filterbank.INTEGERS);

    FeatureFrames found = features.of(new Sound(rate, samples));

    assertThat(found.count()).isEqualTo(1 + (rate / 2 + 77 - rate / 40) / (rate / 100));
    assertThat(found.values())
        .containsExactly(DirectFeatures.filterbank(samples, rate, rate / 200), within(1e-4f));
  }

  @Test
  void cepstrumIsThatOfKaldi() {
    float[] samples = sound(8_000, 5);
    Filterbank bands = new Filterbank(16_000, 23, Filterbank.INTEGERS);
    float[] direct = DirectFeatures.cepstrum(samples, 16_000, 23, 13);

    FeatureFrames plain = new Mfcc(bands, 13, false).of(new Sound(16_000, samples));
    FeatureFrames energy = new Mfcc(bands, 13, true).of(new Sound(16_000, samples));

    assertThat(plain.width()).isEqualTo(13);
    assertThat(plain.values()).containsExactly(direct, within(1e-3f));
    assertThat(energy.values()[14]).isEqualTo(plain.values()[14]);
    assertThat(energy.values()[13])
        .isCloseTo(DirectFeatures.logEnergy(samples, 160, 400), within(1e-4f));
  }

  @Test
  void silenceIsAtTheFloor() {
    Filterbank features = new Filterbank(16_000, 40, Filterbank.INTEGERS);

    assertThat(features.of(new Sound(16_000, new float[800])).values())
        .containsOnly((float) Math.log(1.1920928955078125e-07));
  }

  @Test
  void lessThanAWindowIsRefused() {
    Filterbank features = new Filterbank(16_000, 40, 1);

    assertThatThrownBy(() -> features.of(new Sound(16_000, new float[399])))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("lasts 24.9 ms, features need 25 ms");
    assertThat(features.of(new Sound(16_000, new float[400])).count()).isEqualTo(1);
  }
}
