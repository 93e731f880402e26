package io.demitasse.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PresetTest {
  @ParameterizedTest
  @EnumSource(Preset.class)
  void everyPresetIsFoundByItsName(Preset preset) {
    assertThat(Preset.of(preset.text())).isEqualTo(preset);
    assertThat(preset.purpose()).isNotBlank();
  }

  @Test
  void anUnknownNameIsToldWithTheNearest() {
    assertThatThrownBy(() -> Preset.of("moble"))
        .isInstanceOf(DemitasseException.class)
        .hasMessage("There is no preset 'moble'; did you mean 'mobile'?");
    assertThatThrownBy(() -> Preset.of("toaster"))
        .hasMessage("There is no preset 'toaster'; there are server, browser, mobile, smallest.");
  }

  @Test
  void aPresetLimitsTimeWhereTheBudgetDoesNot() {
    assertThat(Preset.SMALLEST.within(Budget.parse("drop<=2%")).text())
        .isEqualTo("latency<=200%, drop<=2%");
    assertThat(Preset.SMALLEST.within(Budget.parse("latency<=80%")).text())
        .isEqualTo("latency<=80%, drop<=1%");
    assertThat(Preset.SERVER.within(Budget.DEFAULT)).isEqualTo(Budget.DEFAULT);
  }
}
