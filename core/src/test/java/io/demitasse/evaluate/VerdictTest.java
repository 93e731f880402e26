package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictTest {
  private static final Latency LATENCY = new Latency(new Interval(1, 2, 3), 1, 3, 9);

  @Test
  void anotherVerdictWithUsualSessionsIsTold() {
    List<TimingComparison> measured =
        List.of(timing("1x32", .5, Verdict.FASTER), timing("8x64", 1, Verdict.NOT_SLOWER));
    List<TimingComparison> asUsed =
        List.of(timing("1x32", 1.21, Verdict.SLOWER), timing("8x64", 1, Verdict.NOT_SLOWER));

    assertThat(TimingComparison.differing(measured, asUsed))
        .containsExactly(
            "with sessions as users open them, whose waiting threads spin, 1x32 takes 1.21"
                + " times as long (1.20 to 1.22): slower; measured without it was 0.50: faster");
    assertThat(TimingComparison.differing(measured, measured)).isEmpty();
    assertThat(
            TimingComparison.differing(
                measured.subList(1, 2), List.of(timing("8x64", 1.03, Verdict.UNDECIDED))))
        .isEmpty();
  }

  private static TimingComparison timing(String workload, double ratio, Verdict verdict) {
    return new TimingComparison(
        workload,
        LATENCY,
        LATENCY,
        new Interval(ratio - .01, ratio, ratio + .01),
        List.of(ratio),
        verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "0.50, 0.99, FASTER, true",
    "0.98, 1.03, NOT_SLOWER, true",
    "0.99, 1.04, UNDECIDED, false",
    "1.03, 1.20, UNDECIDED, false",
    "1.031, 1.20, SLOWER, false",
  })
  void followsFromTheWholeInterval(double low, double high, Verdict verdict, boolean acceptable) {
    Verdict given = Verdict.of(new Interval(low, (low + high) / 2, high));
    assertThat(given).isEqualTo(verdict);
    assertThat(given.acceptable()).isEqualTo(acceptable);
  }
}
