package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class OverlapTest {
  private static final Box SQUARE = Box.upright(0, 0, 10, 10);

  @Test
  void sharedAreaOverCoveredArea() {
    assertThat(Overlap.of(SQUARE, SQUARE)).isCloseTo(1, within(1e-6));
    assertThat(Overlap.of(SQUARE, Box.upright(5, 0, 15, 10))).isCloseTo(1 / 3.0, within(1e-6));
    assertThat(Overlap.of(SQUARE, Box.upright(10, 0, 20, 10))).isZero();
    assertThat(Overlap.of(SQUARE, Box.upright(2, 2, 4, 4))).isCloseTo(0.04, within(1e-6));
  }

  @Test
  void whereABoxBeginsDoesNotMatter() {
    assertThat(Overlap.of(SQUARE, Box.upright(5, 0, 15, 10).startingAt(2)))
        .isCloseTo(1 / 3.0, within(1e-6));
  }

  @Test
  void tiltedBoxesOverlapByTheirTrueArea() {
    Box diamond = Box.of(new Point(5, 0), new Point(10, 5), new Point(5, 10), new Point(0, 5));

    assertThat(Overlap.of(SQUARE, diamond)).isCloseTo(0.5, within(1e-5));
  }

  @Test
  void aBoxWithoutAreaOverlapsNothing() {
    Box point = Box.upright(5, 5, 5, 5);

    assertThat(Overlap.of(point, point)).isZero();
    assertThat(Overlap.of(SQUARE, point)).isZero();
  }

  @Test
  void pairsAreOneToOneAndTheBestGoFirst() {
    List<Box> truth = List.of(SQUARE, Box.upright(0, 10, 10, 20), Box.upright(50, 50, 60, 60));
    List<Box> found =
        List.of(
            Box.upright(0, 4, 10, 14), // 6/14 of the first, 4/16 of the second
            Box.upright(0, 0, 10, 9), // most of the first
            Box.upright(80, 80, 90, 90));

    assertThat(Overlap.pairs(truth, found, 0.2)).containsExactly(1, 0, -1);
    assertThat(Overlap.pairs(truth, found, 0.3)).containsExactly(1, -1, -1);
    assertThat(Overlap.pairs(truth, List.of(), 0.3)).containsExactly(-1, -1, -1);
  }
}
