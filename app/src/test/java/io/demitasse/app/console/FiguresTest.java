package io.demitasse.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FiguresTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0 B",
        "999 | 999 B",
        "1000 | 1.00 kB",
        "999499 | 999 kB",
        "999500 | 1.00 MB",
        "90387606 | 90.4 MB",
        "6320000000 | 6.32 GB"
      })
  void bytesHaveThreeDigitsAndADecimalPrefix(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.0123 | 0.012 ms",
        "0.42 | 0.42 ms",
        "9.995 | 10.0 ms",
        "57.64 | 57.6 ms",
        "1234.4 | 1,234 ms"
      })
  void millisecondsKeepWhatMatters(double milliseconds, String text) {
    assertThat(Figures.milliseconds(milliseconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"7 | 7", "22713216 | 22,713,216"})
  void countsHaveAllDigits(long number, String text) {
    assertThat(Figures.count(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"850 | 850", "2850000000 | 2.85 G"})
  void roughNumbersHaveAPrefix(long number, String text) {
    assertThat(Figures.rough(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"-0.00004 | 0.0000", "-0.00006 | -0.0001", "0.98764 | 0.9876"})
  void scoresHaveFourDigitsAndNothingHasNoSign(double score, String text) {
    assertThat(Figures.score(score)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "12.345 | 12.3",
        "-0.25 | -0.250",
        "0.99996 | 1.00",
        "9999 | 9999",
        "123456 | 1.23e+5",
        "0.00119 | 0.00119",
        "0.00001 | 1.00e-5",
        "2e-12 | 2.00e-12",
        "NaN | NaN",
        "Infinity | Infinity"
      })
  void whatFallsByOrdersOfMagnitudeHasThreeDigits(double value, String text) {
    assertThat(Figures.fine(value)).isEqualTo(text);
  }
}
