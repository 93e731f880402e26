package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.media.image.Picture;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineCutsTest {
  /** Each pixel tells its place: red is x, green is y. */
  private static final Picture PLACES = places(60, 40);

  @Test
  void anUprightBoxIsCutAsItIs() {
    Picture line = cut(Box.upright(10, 5, 30, 15));

    assertThat(line.width()).isEqualTo(20);
    assertThat(line.height()).isEqualTo(10);
    assertThat(at(line, 0, 0)).containsExactly(10, 5);
    assertThat(at(line, 19, 9)).containsExactly(29, 14);
  }

  @Test
  void aBoxThatBeginsAtItsRightBottomIsCutUpsideDown() {
    Picture line = cut(Box.upright(10, 5, 30, 15).startingAt(2));

    assertThat(at(line, 0, 0)).containsExactly(30, 15);
    assertThat(at(line, 19, 9)).containsExactly(11, 6);
  }

  @Test
  void theTextOfATallBoxRunsUpwards() {
    Box tall = Box.upright(10, 5, 20, 35);

    Picture line = cut(LineCuts.alongText(tall));

    assertThat(line.width()).isEqualTo(30);
    assertThat(line.height()).isEqualTo(10);
    assertThat(at(line, 0, 0)).containsExactly(20, 5);
    assertThat(at(line, 29, 0)).containsExactly(20, 34);
  }

  @Test
  void aBoxLessThanHalfAsHighAgainAsWideIsNotTurned() {
    Box box = Box.upright(0, 0, 20, 29);

    assertThat(LineCuts.alongText(box)).isEqualTo(box);
    assertThat(LineCuts.alongText(Box.upright(0, 0, 20, 30))).isNotEqualTo(box);
  }

  @Test
  void aTiltedBoxIsCutStraight() {
    Box tilted = Box.of(new Point(20, 10), new Point(36, 22), new Point(30, 30), new Point(14, 18));

    Picture line = cut(tilted);

    assertThat(line.width()).isEqualTo(20);
    assertThat(line.height()).isEqualTo(10);
    assertThat(at(line, 0, 0)).containsExactly(20, 10);
    assertThat(at(line, 10, 0)).containsExactly(28, 16);
  }

  @Test
  void aLineTurnedTwiceIsItself() {
    LineImage line = LineCuts.cut(PLACES, List.of(Box.upright(10, 5, 30, 15))).getFirst();

    assertThat(line.turned().turned().picture().rgb()).isEqualTo(line.picture().rgb());
    assertThat(at(line.turned().picture(), 0, 0)).containsExactly(29, 14);
    assertThat(line.turned().box()).isEqualTo(line.box().startingAt(2));
  }

  @Test
  void aBoxWithoutAreaStillHasAPixel() {
    Picture line = cut(Box.upright(10, 5, 10, 5));

    assertThat(line.width()).isEqualTo(1);
    assertThat(line.height()).isEqualTo(1);
  }

  private static Picture cut(Box box) {
    return LineCuts.cut(PLACES, List.of(box)).getFirst().picture();
  }

  private static int[] at(Picture picture, int x, int y) {
    int start = 3 * (y * picture.width() + x);
    return new int[] {picture.rgb()[start], picture.rgb()[start + 1]};
  }

  private static Picture places(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      rgb[3 * i] = (byte) (i % width);
      rgb[3 * i + 1] = (byte) (i / width);
    }
    return new Picture(width, height, rgb);
  }
}
