package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.media.image.Normalization;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextBoxesTest {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 160;

  private final float[] map = new float[WIDTH * HEIGHT];

  @Test
  void aBoxIsFoundAndGrownByItsAreaTimesTheRatioOverItsPerimeter() {
    fill(40, 50, 139, 69, 0.9f);

    Detection detection = find(sharp());

    // 99 x 19 between the centers of its pixels: 99 * 19 * 1.6 / (2 * (99 + 19)) = 12.75
    assertThat(detection.boxes()).hasSize(1);
    assertCorners(detection.boxes().getFirst(), 27.25, 37.25, 151.75, 81.75);
    assertThat(detection.map().bits().cardinality()).isEqualTo(100 * 20);
    assertThat(detection.map().bits().get(50 * WIDTH + 40)).isTrue();
    assertThat(detection.map().bits().get(49 * WIDTH + 40)).isFalse();
  }

  @Test
  void dilationThickensTextByAPixel() {
    fill(40, 50, 139, 69, 0.9f);

    Box box = find(DetectorSettings.DEFAULT).boxes().getFirst();

    // 100 x 20: 100 * 20 * 1.6 / (2 * 120) = 13.33
    assertThat(box.width()).isCloseTo(100 + 2 * 13.33, within(0.01));
    assertThat(box.height()).isCloseTo(20 + 2 * 13.33, within(0.01));
  }

  @Test
  void boxesThatTouchAreOneAndBoxesApartAreTwo() {
    fill(40, 50, 139, 69, 0.9f);
    fill(140, 50, 200, 69, 0.9f);
    fill(40, 100, 139, 119, 0.9f);

    List<Box> boxes =
        find(DetectorSettings.DEFAULT).boxes().stream()
            .sorted(Comparator.comparingDouble(box -> box.center().y()))
            .toList();

    assertThat(boxes).hasSize(2);
    assertThat(boxes.get(0).center().x()).isCloseTo(120, within(1.0));
    assertThat(boxes.get(1).center().x()).isCloseTo(89.5, within(1.0));
  }

  @Test
  void aTiltedBoxKeepsItsAngle() {
    double angle = Math.toRadians(10);
    paint(
        (x, y) -> {
          double along = (x - 160) * Math.cos(angle) + (y - 80) * Math.sin(angle);
          double across = (y - 80) * Math.cos(angle) - (x - 160) * Math.sin(angle);
          return Math.abs(along) <= 80 && Math.abs(across) <= 10;
        });

    Box box = find(sharp()).boxes().getFirst();

    Point left = box.corners().get(0);
    Point right = box.corners().get(1);
    assertThat(Math.toDegrees(Math.atan2(right.y() - left.y(), right.x() - left.x())))
        .isCloseTo(10, within(0.5));
    // 160 x 20 grown by 160 * 20 * 1.6 / 360 = 14.2
    assertThat(box.width()).isCloseTo(160 + 2 * 14.2, within(2.0));
    assertThat(box.height()).isCloseTo(20 + 2 * 14.2, within(2.0));
    assertThat(box.center().x()).isCloseTo(160, within(0.6));
  }

  @Test
  void specksAreNoText() {
    fill(40, 50, 139, 51, 0.9f);
    fill(10, 10, 12, 12, 0.9f);

    assertThat(find(sharp()).boxes()).isEmpty();
  }

  @Test
  void aBoxThatTheDetectorIsNotSureOfIsLeftOut() {
    fill(40, 50, 139, 69, 0.45f);

    Detection detection = find(DetectorSettings.DEFAULT);

    assertThat(detection.boxes()).isEmpty();
    assertThat(detection.map().bits().cardinality()).isEqualTo(100 * 20);
  }

  @Test
  void anEmptyMapHasNoBoxes() {
    Detection detection = find(DetectorSettings.DEFAULT);

    assertThat(detection.boxes()).isEmpty();
    assertThat(detection.map().asTensor()).hasToString("bool[160,320]");
  }

  @Test
  void aMapOfOnesIsOneBox() {
    Arrays.fill(map, 1);

    assertThat(find(DetectorSettings.DEFAULT).boxes()).hasSize(1);
  }

  @Test
  void whatIsNoNumberIsNoText() {
    Arrays.fill(map, Float.NaN);

    assertThat(find(DetectorSettings.DEFAULT).boxes()).isEmpty();
  }

  @Test
  void theMapAsATensorHoldsWhatIsOverTheThreshold() {
    fill(2, 3, 4, 3, 0.31f);
    fill(5, 3, 5, 3, 0.3f);

    long[] values = find(DetectorSettings.DEFAULT).map().asTensor().toLongs();

    assertThat(Arrays.stream(values).sum()).isEqualTo(3);
    assertThat(Arrays.copyOfRange(values, 3 * WIDTH + 1, 3 * WIDTH + 6))
        .containsExactly(0, 1, 1, 1, 0);
  }

  @Test
  void anOutputThatIsNoMapSaysWhatIsExpected() {
    Tensor scores = Tensor.ofFloats(new long[] {1, 2}, 0, 1);

    assertThatThrownBy(() -> new TextBoxes(DetectorSettings.DEFAULT).find(scores))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The detector must give one map, float[1,1,H,W], but it gives float[1,2]. Give a DB"
                + " text detector as the part detector.");
  }

  private Detection find(DetectorSettings settings) {
    return new TextBoxes(settings).find(Tensor.ofFloats(new long[] {1, 1, HEIGHT, WIDTH}, map));
  }

  private static DetectorSettings sharp() {
    return new DetectorSettings(736, 2000, 0.3, 0.5, 1.6, false, Normalization.HALF);
  }

  private void fill(int left, int top, int right, int bottom, float value) {
    for (int y = top; y <= bottom; y++) {
      Arrays.fill(map, y * WIDTH + left, y * WIDTH + right + 1, value);
    }
  }

  private interface Shape {
    boolean contains(int x, int y);
  }

  private void paint(Shape shape) {
    for (int i = 0; i < map.length; i++) {
      map[i] = shape.contains(i % WIDTH, i / WIDTH) ? 0.9f : 0;
    }
  }

  private static void assertCorners(Box box, double left, double top, double right, double bottom) {
    List<Point> expected = Box.upright(left, top, right, bottom).corners();
    for (int i = 0; i < 4; i++) {
      assertThat(box.corners().get(i).x()).isCloseTo(expected.get(i).x(), within(0.01));
      assertThat(box.corners().get(i).y()).isCloseTo(expected.get(i).y(), within(0.01));
    }
  }
}
