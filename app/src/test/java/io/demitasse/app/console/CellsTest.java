package io.demitasse.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CellsTest {
  @ParameterizedTest
  @CsvSource({"coffee, 6", "珈琲, 4", "コーヒー, 8", "커피, 4", "☕, 2", "cafe\u0301, 4", "'', 0"})
  void countsColumns(String text, int columns) {
    assertThat(Cells.of(text)).isEqualTo(columns);
  }

  @Test
  void countsNoColors() {
    assertThat(Cells.of("\033[32m✓\033[0m")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "coffee, 6, coffee",
    "coffee, 5, coff…",
    "珈琲店, 5, 珈琲…",
    "珈琲店, 4, 珈…",
    "coffee, 1, …",
    "coffee, 0, ''"
  })
  void cutsNoCharacterInTwo(String text, int columns, String fitted) {
    assertThat(Cells.fitted(text, columns)).isEqualTo(fitted);
  }
}
