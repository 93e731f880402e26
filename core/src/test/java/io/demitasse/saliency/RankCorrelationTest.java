package io.demitasse.saliency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How far two lists order the same things alike. */
class RankCorrelationTest {

  @Test
  void theSameOrderIsOneAndTheReverseMinusOne() {
    List<Double> rising = List.of(1.0, 2.0, 30.0, 31.0);

    assertThat(RankCorrelation.of(rising, List.of(-1.0, 0.0, 0.5, 9.0))).hasValue(1);
    assertThat(RankCorrelation.of(rising, rising.reversed())).hasValue(-1);
  }

  @Test
  void equalValuesShareTheirRank() {
    // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: by hand 4.5 / sqrt(4.5 * 5).
    double found =
        RankCorrelation.of(List.of(0.0, 5.0, 5.0, 6.0), List.of(1.0, 2.0, 3.0, 4.0)).orElseThrow();

    assertThat(found).isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
  }

  @Test
  void whatIsEqualThroughoutOrdersNothing() {
    assertThat(RankCorrelation.of(List.of(2.0, 2.0), List.of(1.0, 2.0))).isEmpty();
    assertThat(RankCorrelation.of(List.of(), List.of())).isEmpty();
  }
}
