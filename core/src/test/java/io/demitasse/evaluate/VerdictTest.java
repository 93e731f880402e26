package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictTest {

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
