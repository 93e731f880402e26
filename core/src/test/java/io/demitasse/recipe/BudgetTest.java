package io.demitasse.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.ScoreComparison;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class BudgetTest {

  @Test
  void readsEveryLimitAndWritesItBack() {
    Budget budget = Budget.parse("size<=30%, latency <= 62.5% ,drop<=1%");
    assertThat(budget)
        .isEqualTo(
            new Budget(
                Optional.of(new Limit(30, Limit.Unit.PERCENT)),
                Optional.of(new Limit(62.5, Limit.Unit.PERCENT)),
                Map.of(),
                Optional.empty(),
                .01,
                Map.of()));
    assertThat(budget.text()).isEqualTo("size<=30%, latency<=62.5%, drop<=1%");
    assertThat(Budget.parse(budget.text())).isEqualTo(budget);
  }

  @Test
  void aPartMayHaveALimitOfTimeOfItsOwn() {
    Budget budget = Budget.parse("latency(detector)<=60%, latency<=80%, latency(text)<=3ms");

    assertThat(budget.latencies())
        .isEqualTo(
            Map.of(
                "detector", new Limit(60, Limit.Unit.PERCENT),
                "text", new Limit(3, Limit.Unit.MILLISECONDS)));
    assertThat(budget.text())
        .isEqualTo("latency<=80%, latency(detector)<=60%, latency(text)<=3ms, drop<=1%");
    assertThat(Budget.parse(budget.text())).isEqualTo(budget);
    budget.requireParts(List.of("detector", "text"));
    assertThatThrownBy(() -> budget.requireParts(List.of("text", "recognizer")))
        .hasMessage(
            "The budget limits the time of parts that there are not: detector. Parts here are:"
                + " text, recognizer.");
  }

  @Test
  void accuracyMayBeLeftUnlimited() {
    Budget budget = Budget.parse("drop<=any, drop(top5)<=2%");

    assertThat(budget.text()).isEqualTo("drop<=any, drop(top5)<=2%");
    assertThat(Budget.parse(budget.text())).isEqualTo(budget);
    assertThat(budget.limit("top1", true)).isEmpty();
    assertThat(budget.limit("top5", true)).hasValue(.02);
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
            """
            The budget has limits that are not understood:
              - 'size<30%': it needs <= and a number, such as size<=30%
              - 'speed<=2%': there is no limit 'speed'; there are size, latency, memory, drop
              - 'latency<=1.2.3%': '1.2.3%' is not a number with a unit
            Write them like "size<=30%, latency<=20ms, memory<=1GB, drop<=1%, drop(recall@10)<=2%".\
            """);
  }

  @Test
  void readsAmountsInEveryUnit() {
    assertThat(Stream.of("25B", "25kB", "25MB", "25 GB", "25KiB", "25mib", "2.5GiB"))
        .map(text -> Budget.parse("size<=" + text).size().orElseThrow().value())
        .containsExactly(
            25.0, 25e3, 25e6, 25e9, 25.0 * 1024, 25.0 * 1024 * 1024, 2.5 * 1024 * 1024 * 1024);
    assertThat(Stream.of("250us", "250\u00b5s", "20ms", "1.5s"))
        .map(text -> Budget.parse("latency<=" + text).latency().orElseThrow().value())
        .containsExactly(.25, .25, 20.0, 1500.0);
    Budget all =
        Budget.parse("memory <= 1GB, size<=25MB ,latency<=20 MS, drop(exact lines, a)<=3%");
    assertThat(all.text())
        .isEqualTo("size<=25MB, latency<=20ms, memory<=1GB, drop<=1%, drop(exact lines, a)<=3%");
    assertThat(Budget.parse(all.text())).isEqualTo(all);
  }

  @Test
  void whatAPercentageIsWrittenAsIsWhatIsReadAgain() {
    for (int i = 1; i < 1_000; i++) {
      Budget budget = Budget.parse("size<=" + i / 10.0 + "%, drop<=" + i / 100.0 + "%");
      assertThat(Budget.parse(budget.text())).isEqualTo(budget);
      assertThat(budget.text()).doesNotContain("00000", "99999");
    }
  }

  @ParameterizedTest
  @MethodSource("limitsThatAreWrong")
  void saysWhatIsWrongWithALimit(String limits, String problem) {
    assertThatThrownBy(() -> Budget.parse(limits))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(problem);
  }

  static Stream<Arguments> limitsThatAreWrong() {
    return Stream.of(
        arguments("size<=30", "30 of what? size<=30% of the original, or size<=30MB"),
        arguments("memory<=2", "2 of what? memory<=2% of the original's, or memory<=2MB"),
        arguments("latency<=7", "7 of what? latency<=7% of the original's time, or latency<=7ms"),
        arguments("drop<=1", "1 of what? drop<=1%, which are 1 points"),
        arguments("sise<=30%", "there is no limit 'sise'; did you mean 'size'?"),
        arguments("size<=-3%", "a limit cannot be negative"),
        arguments("memory<=130%", "a result never needs more than 100 % of the original's"),
        arguments("size<=130%", "a result never needs more than 100 % of the original's"),
        arguments("latency<=0ms", "nothing has a latency of 0"),
        arguments("drop<=101%", "more than 100 % cannot be lost"),
        arguments("size<=30%, size<=2MB", "size is limited twice"),
        arguments("drop(a)<=1%, drop( a )<=2%", "drop of a is limited twice"),
        arguments(
            "size<=3ms", "'ms' is not a unit of size; there are %, B, kB, MB, GB, KiB, MiB, GiB"),
        arguments("latency<=3MB", "'MB' is not a unit of latency; there are %, us, ms, s"),
        arguments("drop()<=1%", "a metric is named in parentheses"),
        arguments("latency(a)<=1%, latency(a)<=2%", "latency of a is limited twice"),
        arguments("latency()<=1%", "a part is named in parentheses"),
        arguments(
            "size(a)<=1%",
            "only drop can be limited for a metric, such as drop(recall@10)<=2%, and latency for a"
                + " part"),
        arguments("size<=,", "there is nothing between two commas"),
        arguments("size<=x%", "'x%' is not a number with a unit"),
        arguments("size<=99999999999999999999%", "is not a number with a unit"));
  }

  @Test
  void anEmptyBudgetAndOneThatIsTooLongAreRefused() {
    assertThatThrownBy(() -> Budget.parse("  ")).hasMessageContaining("The budget is empty");
    assertThatThrownBy(() -> Budget.parse("size" + " ".repeat(200_000) + "<=30%"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("at most 4000 characters");
  }

  @Test
  void limitsOnlyWhatATaskYields() {
    Budget budget = Budget.parse("drop(recal@10)<=0.1%, drop(mrr)<=1%");
    budget.requireMeasurable(List.of("recal@10", "mrr", "cosine"), "retrieval");
    assertThatThrownBy(() -> budget.requireMeasurable(List.of("recall@10", "mrr"), "retrieval"))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The budget limits what is not measured: 'recal@10' is not a metric of the task"
                + " retrieval: did you mean 'recall@10'? Metrics here are: recall@10, mrr.");
  }

  @Test
  void aMetricThatRoseIsNotSaidToDrop() {
    Interval one = new Interval(1, 1, 1);
    Interval risen = new Interval(-.06, -.0158, .0321);
    Budget budget = Budget.parse("drop<=1%");
    ScoreComparison rising = new ScoreComparison("cosine", one, one, risen, 40, true);
    assertThat(budget.exceeded(List.of(rising)))
        .containsExactly(
            "cosine rises by 0.0158 on average, but may drop by up to 0.0321 with 95 % confidence;"
                + " the budget allows 0.0100");
    Interval same = new Interval(-.06, -1e-9, .0321);
    ScoreComparison equal = new ScoreComparison("cosine", one, one, same, 40, true);
    assertThat(budget.exceeded(List.of(equal)))
        .containsExactly(
            "cosine is the same on average, but may drop by up to 0.0321 with 95 % confidence;"
                + " the budget allows 0.0100");
  }
}
