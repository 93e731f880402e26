package io.demitasse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.GramMatrix;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RecentStatisticsTest {
  private final RecentStatistics recent = new RecentStatistics();
  private int collected;

  @Test
  void whatWasObservedOfTheSameBundleIsNotObservedAgain() {
    Bundle bundle = bundle();
    Statistics first = of(bundle, "x");

    assertThat(of(bundle, "y")).isNotSameAs(first);
    assertThat(of(bundle, "x")).isSameAs(first);
    assertThat(collected).isEqualTo(2);
  }

  @Test
  void anotherBundleIsObservedAlsoWhereItIsEqual() {
    of(bundle(), "x");
    of(bundle(), "x");

    assertThat(collected).isEqualTo(2);
  }

  @Test
  void whatWasObservedLongAgoIsObservedAgain() {
    Bundle bundle = bundle();
    for (String value : new String[] {"a", "b", "c", "d", "e"}) {
      of(bundle, value);
    }
    of(bundle, "a");

    assertThat(collected).isEqualTo(6);
  }

  private static Bundle bundle() {
    return Bundle.of(TextGraph.parse("ir 8, opset 17\ngraph g(x: float[2]) -> (y) { y = Neg(x) }"));
  }

  private Statistics of(Bundle bundle, String value) {
    Set<Observation<?>> observations =
        Set.of(new Observation<>(Bundle.SINGLE, value, new GramMatrix(1, 0, 2)));
    return recent.of(
        bundle,
        observations,
        () -> {
          collected++;
          return new Statistics(Map.of());
        });
  }
}
