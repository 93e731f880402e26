package io.demitasse.media.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Mel scales and bands against what others publish of them. */
final class MelBandsTest {

  /** From the documentation of librosa's {@code mel_frequencies(n_mels=40)}. */
  @Test
  void slaneyScaleIsThatOfLibrosa() {
    double[] published = {
      0, 85.317, 170.635, 255.952, 341.269, 426.586, 511.904, 597.221, 682.538, 767.855, 853.173,
      938.49, 1024.856, 1119.114, 1222.042, 1334.436, 1457.167, 1591.187, 1737.532, 1897.337,
      2071.84, 2262.393, 2470.47, 2697.686, 2945.799, 3216.731, 3512.582, 3835.643, 4188.417,
      4573.636, 4994.285, 5453.621, 5955.205, 6502.92, 7101.009, 7754.107, 8467.272, 9246.028,
      10096.408, 11025
    };

    assertThat(MelScale.SLANEY.between(0, 11025, 40)).containsExactly(published, within(1e-3));
  }

  /** 1000 Hz are 1000 mels by definition, and 1000 / (200 / 3) are 15 on Slaney's scale. */
  @Test
  void thousandHertzAreWhereTheScalesPutThem() {
    assertThat(MelScale.KALDI.mel(1000)).isCloseTo(1000, within(.1));
    assertThat(MelScale.KALDI.hertz(MelScale.KALDI.mel(4321))).isCloseTo(4321, within(1e-9));
    assertThat(MelScale.SLANEY.mel(1000)).isCloseTo(15, within(1e-12));
    assertThat(MelScale.SLANEY.mel(6400)).isCloseTo(15 + 27, within(1e-12));
  }

  /** Weights that Hugging Face's {@code WhisperFeatureExtractor} holds as floats. */
  @Test
  void bandsOfWhisperAreThoseOfItsFile() {
    MelBands bands = MelBands.slaney(16_000, 400, 80);

    assertThat(bands.count()).isEqualTo(80);
    assertThat(bands.weight(0, 1)).isCloseTo(0.02486259490251541, within(2e-9));
    assertThat(bands.weight(1, 1)).isCloseTo(0.001990821911022067, within(2e-9));
    assertThat(bands.weight(1, 2)).isCloseTo(0.022871771827340126, within(2e-9));
    assertThat(bands.weight(9, 10)).isCloseTo(0.006945197004824877, within(2e-9));
    assertThat(bands.weight(39, 41)).isCloseTo(0.011486922390758991, within(2e-9));
    assertThat(bands.weight(69, 131)).isCloseTo(0.00487553421407938, within(2e-9));
    assertThat(bands.weight(79, 192)).isCloseTo(0.0031647116411477327, within(2e-9));
    assertThat(bands.weight(0, 2)).isZero();
  }

  @Test
  void bandsOfSlaneyHaveEqualAreaAndThoseOfKaldiSumToOne() {
    MelBands slaney = MelBands.slaney(16_000, 4000, 40);
    double[] flat = new double[2001];
    Arrays.fill(flat, 1);
    for (int band = 0; band < slaney.count(); band++) {
      assertThat(slaney.of(flat, band) * 4).isCloseTo(1, within(.01));
    }
    MelBands kaldi = MelBands.kaldi(16_000, 512, 23);
    for (int bin = 5; bin < 228; bin++) {
      double sum = 0;
      for (int band = 0; band < kaldi.count(); band++) {
        sum += kaldi.weight(band, bin);
      }
      assertThat(sum).isCloseTo(1, within(1e-9));
    }
    assertThat(kaldi.weight(22, 256)).isZero();
  }

  @Test
  void bandsThatWouldHearNothingAreRefused() {
    assertThatThrownBy(() -> MelBands.kaldi(16_000, 512, 200))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("200 bands are too many for sounds of 16000 Hz");
  }
}
