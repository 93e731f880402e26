package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What beats what, and which points stand for all. */
final class ParetoFrontTest {
  private static final ParetoFront<double[]> FRONT = new ParetoFront<>(point -> point);

  @Test
  void whatIsWorseInEverythingIsBeaten() {
    double[] good = {1, 2};
    double[] worse = {1, 3};
    double[] other = {0, 9};

    assertThat(FRONT.unbeaten(List.of(worse, good, other))).containsExactly(good, other);
  }

  @Test
  void ofEqualPointsTheFirstStays() {
    double[] first = {1, 2};
    double[] second = {1, 2};

    List<double[]> front = FRONT.unbeaten(List.of(first, second));

    assertThat(front).hasSize(1);
    assertThat(front.getFirst()).isSameAs(first);
  }

  @Test
  void theFarthestAreTakenFirst() {
    double[] taken = {0, 10};
    double[] near = {1, 9};
    double[] middle = {5, 5};
    double[] far = {10, 0};

    assertThat(FRONT.spread(List.of(near, middle, far), List.of(taken), 2))
        .containsExactly(far, middle);
  }

  @Test
  void noMoreIsTakenThanThereIs() {
    double[] only = {1, 1};

    assertThat(FRONT.spread(List.of(only), List.of(), 5)).containsExactly(only);
    assertThat(FRONT.spread(List.of(), List.of(only), 5)).isEmpty();
  }

  /** A distance of 1 of 2 is as far as one of 1,000 of 2,000. */
  @Test
  void everyObjectiveIsMeasuredByItsOwnReach() {
    double[] taken = {0, 0};
    double[] small = {.9, 0};
    double[] large = {0, 1900};
    double[] end = {1, 2000};

    assertThat(FRONT.spread(List.of(small, large, end), List.of(taken), 2))
        .containsExactly(end, large);
  }
}
