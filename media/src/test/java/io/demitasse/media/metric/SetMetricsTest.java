package io.demitasse.media.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.media.metric.BoxPrecision.Box;
import io.demitasse.media.metric.BoxPrecision.Found;
import io.demitasse.media.metric.BoxPrecision.Truth;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ranks, divergences, masks and boxes. */
class SetMetricsTest {
  private static final Box UNIT = new Box(0, 0, 10, 10);

  @Test
  void ranksAreCounted() {
    Ranks ranks = new Ranks(new int[] {1, 7, 2, 5});

    assertThat(ranks.recall(1)).isEqualTo(.25);
    assertThat(ranks.recall(5)).isEqualTo(.75);
    assertThat(ranks.within(2)).containsExactly(1, 0, 1, 0);
    assertThat(ranks.median()).isEqualTo(3.5);
    assertThat(new Ranks(new int[] {9, 1, 4}).median()).isEqualTo(4);
  }

  @Test
  void divergencesAreInNats() {
    double[] even = {.5, .5};
    double[] sure = {1, 0};

    assertThat(Divergence.kullbackLeibler(sure, even)).isCloseTo(Math.log(2), within(1e-12));
    assertThat(Divergence.kullbackLeibler(even, sure)).isInfinite();
    assertThat(Divergence.kullbackLeibler(new double[] {.25, .75}, even))
        .isCloseTo(.25 * Math.log(.5) + .75 * Math.log(1.5), within(1e-12));
    assertThat(Divergence.kullbackLeibler(even, even)).isZero();
    // Half of ln(4/3) and half of (ln(2/3) + ln 2) / 2.
    assertThat(Divergence.jensenShannon(sure, even))
        .isCloseTo((Math.log(4 / 3.0) + Math.log(4 / 3.0) / 2) / 2, within(1e-12));
    assertThat(Divergence.jensenShannon(sure, new double[] {0, 1}))
        .isCloseTo(Math.log(2), within(1e-12));
    assertThatThrownBy(() -> Divergence.jensenShannon(even, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("distributions over 2 and 3 things");
  }

  @Test
  void masksOverlapClassByClass() {
    // Class 0: 2 shared of 3; class 1: 1 of 3; class 2: 1 of 2 where one pixel is not asked for.
    ClassOverlap picture =
        ClassOverlap.of(new int[] {0, 0, 1, 1, 2, 2, 1}, new int[] {0, 0, 0, 1, 1, 255, 2});

    assertThat(picture.shared()).startsWith(2, 1, 0);
    assertThat(ClassOverlap.mean(List.of(picture)))
        .isCloseTo((2 / 3.0 + 1 / 4.0 + 0) / 3, within(1e-12));
    assertThat(ClassOverlap.accuracy(List.of(picture))).isEqualTo(.5);
    // Pixels of all pictures are counted together, and class 3 is in neither.
    ClassOverlap other = ClassOverlap.of(new int[] {4, -1}, new int[] {4, 1});
    assertThat(ClassOverlap.mean(List.of(picture, other)))
        .isCloseTo((2 / 3.0 + 1 / 5.0 + 0 + 1) / 4, within(1e-12));
    assertThatThrownBy(() -> ClassOverlap.of(new int[1], new int[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("masks of 1 and 2 pixels");
  }

  private static Found found(Box box, double score) {
    return new Found(box, 1, score);
  }

  private static Box shifted(double by) {
    return new Box(by, 0, 10 + by, 10);
  }

  @Test
  void boxesOverlapByTheirAreas() {
    assertThat(UNIT.overlap(UNIT)).isEqualTo(1);
    assertThat(UNIT.overlap(shifted(5))).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(UNIT.overlap(shifted(10))).isZero();
    assertThat(new Box(3, 3, 3, 3).overlap(new Box(3, 3, 3, 3))).isZero();
  }

  @Test
  void whatIsRightScoresOneAndWhatIsOffByALittleLess() {
    List<Truth> truth = List.of(new Truth(UNIT, 1));

    assertThat(BoxPrecision.mean(List.of(BoxPrecision.of(List.of(found(UNIT, .3)), truth))))
        .isCloseTo(1, within(1e-12));
    // 9 of 11: enough for .50 to .80, seven of ten.
    assertThat(BoxPrecision.mean(List.of(BoxPrecision.of(List.of(found(shifted(1), .3)), truth))))
        .isCloseTo(.7, within(1e-12));
    // 2 of 3: enough for .50 to .65.
    assertThat(BoxPrecision.mean(List.of(BoxPrecision.of(List.of(found(shifted(2), .3)), truth))))
        .isCloseTo(.4, within(1e-12));
    assertThat(BoxPrecision.mean(List.of(BoxPrecision.of(List.of(), truth)))).isZero();
    assertThat(BoxPrecision.mean(List.of(BoxPrecision.of(List.of(found(UNIT, 1)), List.of()))))
        .isNaN();
  }

  @Test
  void precisionIsTakenAtAHundredAndOneRecalls() {
    // Two pictures with a box each: found at .9, a wrong one at .8, found at .7.
    BoxPrecision first =
        BoxPrecision.of(
            List.of(found(UNIT, .9), found(new Box(50, 50, 60, 60), .8)),
            List.of(new Truth(UNIT, 1)));
    BoxPrecision second = BoxPrecision.of(List.of(found(UNIT, .7)), List.of(new Truth(UNIT, 1)));

    // Precision 1 at recalls 0 to .50, which are 51, and 2/3 at the 50 others.
    assertThat(BoxPrecision.atHalf(List.of(first, second)))
        .isCloseTo((51 + 50 * 2 / 3.0) / 101, within(1e-12));
  }

  @Test
  void aBoxIsFoundOnceAndCategoriesCountAlike() {
    BoxPrecision picture =
        BoxPrecision.of(
            List.of(found(UNIT, .9), found(UNIT, .95), new Found(UNIT, 2, .5)),
            List.of(new Truth(UNIT, 1), new Truth(shifted(40), 3)));

    // Category 1: right first, then a second one for it; 2 is not there; 3 was not found.
    assertThat(BoxPrecision.mean(List.of(picture))).isCloseTo(.5, within(1e-12));
  }

  @Test
  void theSurestHundredBoxesOfAPictureCount() {
    List<Found> many =
        IntStream.range(0, 101)
            .mapToObj(i -> found(i == 100 ? UNIT : new Box(90, 90, 91, 91), 1 - i / 200.0))
            .toList();

    assertThat(BoxPrecision.mean(List.of(BoxPrecision.of(many, List.of(new Truth(UNIT, 1))))))
        .isZero();
  }
}
