package io.demitasse.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.ScoreComparison;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class BudgetTest {

  @Test
  void readsEveryLimitAndWritesItBack() {
    Budget budget = Budget.parse("size<=30%, latency <= 62.5% ,drop<=1%");
    assertThat(budget)
        .isEqualTo(new Budget(OptionalDouble.of(.3), OptionalDouble.of(.625), .01, Map.of()));
    assertThat(budget.text()).isEqualTo("size<=30%, latency<=62.5%, drop<=1%");
    assertThat(Budget.parse(budget.text())).isEqualTo(budget);
  }

  @Test
  void whatIsNotSaidHasItsDefault() {
    assertThat(Budget.parse("size<=25%").drop()).isEqualTo(.01);
    assertThat(Budget.parse("drop<=10%").text()).isEqualTo("drop<=10%");
  }

  @Test
  void aMetricMayHaveALimitOfItsOwn() {
    Budget budget = Budget.parse("drop<=0.5%, drop(recall@10)<=2%");
    assertThat(budget.text()).isEqualTo("drop<=0.5%, drop(recall@10)<=2%");
    assertThat(Budget.parse(budget.text())).isEqualTo(budget);
    assertThat(budget.exceeded(List.of(score("recall@10", .019, true), score("mrr", .3, false))))
        .isEmpty();
    assertThat(budget.exceeded(List.of(score("recall@10", .021, true), score("text", .006, true))))
        .containsExactly(
            "recall@10 drops by 0.0210, up to 0.0210 with 95 % confidence; the budget allows"
                + " 0.0200",
            "text drops by 0.0060, up to 0.0060 with 95 % confidence; the budget allows 0.0050");
    assertThat(Budget.parse("drop(mrr)<=1%").exceeded(List.of(score("mrr", .3, false)))).hasSize(1);
  }

  @Test
  void tellsTheLimitOfAMetricWhereItHasOne() {
    Budget budget = Budget.parse("drop<=0.5%, drop(recall@10)<=2%");
    assertThat(budget.limit(score("text", 0, true))).hasValue(.005);
    assertThat(budget.limit(score("recall@10", 0, false))).hasValue(.02);
    assertThat(budget.limit(score("mrr", 0, false))).isEmpty();
    assertThat(budget.exceededBy(score("text", .005, true))).isFalse();
    assertThat(budget.exceededBy(score("text", .006, true))).isTrue();
    assertThat(budget.exceededBy(score("mrr", .3, false))).isFalse();
  }

  private static ScoreComparison score(String metric, double loss, boolean limited) {
    Interval one = new Interval(1, 1, 1);
    return new ScoreComparison(metric, one, one, new Interval(loss, loss, loss), 40, limited);
  }

  @Test
  void namesAllLimitsItDoesNotUnderstand() {
    assertThatThrownBy(() -> Budget.parse("size<30%, drop<=1%, speed<=2%, latency<=1.2.3%"))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The budget has limits that are not understood: 'size<30%', 'speed<=2%',"
                + " 'latency<=1.2.3%'. Write them like \"size<=30%, latency<=60%, drop<=1%,"
                + " drop(recall@10)<=2%\".");
  }
}
