package io.demitasse.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class BudgetTest {

  @Test
  void readsEveryLimitAndWritesItBack() {
    Budget budget = Budget.parse("size<=30%, latency <= 62.5% ,drop<=1%");
    assertThat(budget).isEqualTo(new Budget(OptionalDouble.of(.3), OptionalDouble.of(.625), .01));
    assertThat(budget.text()).isEqualTo("size<=30%, latency<=62.5%, drop<=1%");
    assertThat(Budget.parse(budget.text())).isEqualTo(budget);
  }

  @Test
  void whatIsNotSaidHasItsDefault() {
    assertThat(Budget.parse("size<=25%").drop()).isEqualTo(.01);
    assertThat(Budget.parse("drop<=10%").text()).isEqualTo("drop<=10%");
  }

  @Test
  void namesAllLimitsItDoesNotUnderstand() {
    assertThatThrownBy(() -> Budget.parse("size<30%, drop<=1%, speed<=2%, latency<=1.2.3%"))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The budget has limits that are not understood: 'size<30%', 'speed<=2%',"
                + " 'latency<=1.2.3%'. Write them like \"size<=30%, latency<=60%, drop<=1%\".");
  }
}
