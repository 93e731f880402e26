package io.demitasse.media.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sound at another rate is the same sound, but for what that rate cannot hold. */
final class ResamplerTest {

  @ParameterizedTest
  @CsvSource({
    "44100,16000,440",
    "44100,16000,7000",
    "48000,16000,3000",
    "8000,16000,1000",
    "11025,48000,4500",
    "16000,16001,6000"
  })
  void aToneStaysTheTone(int from, int to, double hertz) {
    Sound sound = new Sound(from, Waves.tone(hertz, from, from / 5)).at(to);

    float[] expected = Waves.tone(hertz, to, sound.samples().length);
    assertThat(sound.rate()).isEqualTo(to);
    assertThat(sound.samples().length).isCloseTo(to / 5, within(1));
    assertThat(middle(sound.samples())).containsExactly(middle(expected), within(1e-4f));
  }

  @ParameterizedTest
  @CsvSource({"44100,16000,8500", "44100,16000,12000", "48000,8000,20000"})
  void whatTheLowerRateCannotHoldIsGoneAndDoesNotComeBackElsewhere(int from, int to, double hertz) {
    float[] samples = new Sound(from, Waves.tone(hertz, from, from / 5)).at(to).samples();

    for (float sample : middle(samples)) {
      assertThat(sample).isCloseTo(0, within(1e-4f));
    }
  }

  @ParameterizedTest
  @CsvSource({"44100,16000", "8000,44100", "16000,16000"})
  void whatIsConstantStays(int from, int to) {
    float[] constant = new float[from / 5];
    Arrays.fill(constant, .5f);

    for (float sample : middle(new Sound(from, constant).at(to).samples())) {
      assertThat(sample).isCloseTo(.5f, within(1e-4f));
    }
  }

  @ParameterizedTest
  @CsvSource({"44100,16000,3,2", "16000,8000,1,1", "8000,16000,1,2"})
  void shortSoundsStaySounds(int from, int to, int given, int expected) {
    assertThat(new Sound(from, new float[given]).at(to).samples()).hasSize(expected);
  }

  /** Without the ends, where silence begins. */
  private static float[] middle(float[] samples) {
    return Arrays.copyOfRange(samples, samples.length / 4, 3 * samples.length / 4);
  }
}
