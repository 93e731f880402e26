package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadingOrderTest {
  /** Three lines, the second in two pieces of which the right one lies a little higher. */
  private static final List<Box> PAGE =
      List.of(
          Box.upright(210, 46, 400, 64),
          Box.upright(10, 90, 400, 110),
          Box.upright(10, 50, 200, 70),
          Box.upright(10, 10, 400, 30));

  @Test
  void linesAreReadFromTopToBottomAndPiecesFromLeftToRight() {
    assertThat(ReadingOrder.of(PAGE)).containsExactly(3, 2, 0, 1);
  }

  @Test
  void theOrderHoldsForEveryAngleOfThePage() {
    for (int degrees : new int[] {-6, 6, 90, 180, 186, 270}) {
      assertThat(ReadingOrder.of(turned(PAGE, degrees)))
          .as("turned by %d degrees", degrees)
          .containsExactly(3, 2, 0, 1);
    }
  }

  @Test
  void noBoxesHaveNoOrder() {
    assertThat(ReadingOrder.of(List.of())).isEmpty();
  }

  @Test
  void aColumnOfLinesIsReadDownwards() {
    List<Box> column =
        IntStream.range(0, 30).mapToObj(i -> Box.upright(5, 20 * i, 300, 20 * i + 18)).toList();

    assertThat(ReadingOrder.of(column)).isEqualTo(IntStream.range(0, 30).toArray());
  }

  private static List<Box> turned(List<Box> boxes, int degrees) {
    double cosine = Math.cos(Math.toRadians(degrees));
    double sine = Math.sin(Math.toRadians(degrees));
    return boxes.stream()
        .map(
            box ->
                box.map(
                    point ->
                        new Point(
                            point.x() * cosine - point.y() * sine,
                            point.x() * sine + point.y() * cosine)))
        .toList();
  }
}
