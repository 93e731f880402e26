package io.demitasse.media.sound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The preprocessing of sounds as keys and values, there and back. */
final class SoundPreprocessingTest {

  private static List<String> problems(Map<String, Object> settings) {
    List<String> problems = new ArrayList<>();
    SoundPreprocessing unused = SoundPreprocessing.of(settings, "here", problems);
    return problems;
  }

  @Test
  void settingsSayWhatWasRead() {
    Filterbank bands = new Filterbank(8000, 23, 1);
    for (SoundPreprocessing sound :
        List.of(
            SoundPreprocessing.USUAL,
            new SoundPreprocessing(8000, true, 2.5, true, null),
            new SoundPreprocessing(16_000, false, 30, false, LogMel.whisper(128)),
            new SoundPreprocessing(16_000, false, 0, false, new LogMel(16_000, 512, 256, 40)),
            new SoundPreprocessing(8000, true, 0, false, bands),
            new SoundPreprocessing(8000, false, 3, false, new Mfcc(bands, 20, true)))) {
      List<String> problems = new ArrayList<>();

      assertThat(SoundPreprocessing.of(sound.settings(), "here", problems)).isEqualTo(sound);
      assertThat(problems).isEmpty();
    }
  }

  @Test
  void featuresHaveTheirUsualNumbers() {
    assertThat(SoundPreprocessing.of(Map.of("features", "log-mel"), "here", new ArrayList<>()))
        .isEqualTo(new SoundPreprocessing(16_000, false, 30, false, LogMel.whisper(80)));
    assertThat(SoundPreprocessing.of(Map.of("features", "mfcc"), "here", new ArrayList<>()))
        .isEqualTo(
            new SoundPreprocessing(
                16_000, false, 0, false, new Mfcc(new Filterbank(16_000, 23, 32768), 13, false)));
  }

  @Test
  void everythingThatIsWrongIsTold() {
    assertThat(problems(Map.of("rate", 0, "trim", "often", "volume", 11)))
        .hasSize(3)
        .anyMatch(line -> line.contains("rate must be a whole number from 1 to 768000, got 0"))
        .anyMatch(line -> line.contains("trim must be true or false, got 'often'"))
        .anyMatch(line -> line.contains("unknown key 'volume'"));
    assertThat(problems(Map.of("features", "log-mel", "window", 401)))
        .containsExactly("here: window must be an even number of samples, got 401");
    assertThat(problems(Map.of("features", "mfcc", "bands", 20, "coefficients", 21)))
        .containsExactly("here: coefficients must be a whole number from 1 to 20, got 21");
    assertThat(problems(Map.of("features", "filterbank", "scale", -1, "rate", 500)))
        .containsExactly(
            "here: scale must be above 0, got -1.0",
            "here: features need a rate from 1000 Hz, got 500");
    assertThat(problems(Map.of("features", "mfcc", "normalize", true)))
        .containsExactly("here: normalize is for models that take samples, not mfcc");
    assertThat(problems(Map.of("seconds", 6000)))
        .containsExactly("here: seconds must be from 0 to 5400, got 6000.0");
  }
}
