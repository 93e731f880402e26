package io.demitasse.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DurationsTest {
  @ParameterizedTest
  @CsvSource({"0, 0 s", "59, 59 s", "60, 1:00 min", "187, 3:07 min", "3725, 1:02 h"})
  void tellsWhatHasPassed(long seconds, String text) {
    assertThat(Durations.passed(Duration.ofSeconds(seconds))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "4, a few seconds left",
    "14, about 10 s left",
    "54, about 50 s left",
    "58, about 1 min left",
    "125, about 2 min left",
    "8000, about 2 h left"
  })
  void tellsWhatIsLeftNoMoreExactlyThanItIsKnown(long seconds, String text) {
    assertThat(Durations.left(Duration.ofSeconds(seconds))).isEqualTo(text);
  }
}
