package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.media.image.Normalization;
import io.demitasse.media.image.Picture;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectorInputTest {

  @Test
  void theShorterSideIsEnlargedAndBothAreMultiplesOf32() {
    assertThat(of(320, 502).tensor()).hasToString("float[1,3,1152,736]");
    assertThat(of(736, 736).tensor()).hasToString("float[1,3,736,736]");
    assertThat(of(1000, 1500).tensor()).hasToString("float[1,3,1504,992]");
  }

  @Test
  void aLargePageIsMadeSmaller() {
    assertThat(of(4000, 3000).tensor()).hasToString("float[1,3,1504,1984]");
  }

  @Test
  void theLongestSideMayBeTheLimit() {
    DetectorSettings paddle =
        new DetectorSettings(32, 960, 0.3, 0.6, 1.5, false, Normalization.HALF);

    assertThat(DetectorInput.of(gray(1920, 1080, 0), paddle).tensor())
        .hasToString("float[1,3,544,960]");
  }

  @Test
  void aStripGetsBlackBarsSoThatItStaysSmall() {
    DetectorInput strip = of(1600, 20);

    // Bars of 190 make it 1600 x 400; 400 becomes 736.
    assertThat(strip.tensor()).hasToString("float[1,3,736,2944]");
    assertThat(strip.frame().barY()).isEqualTo(190);
    float[] values = strip.tensor().toFloats();
    assertThat(values[0]).isEqualTo(-1);
    assertThat(values[368 * 2944 + 100]).isEqualTo(1);
    assertThat(of(20, 1600).tensor()).hasToString("float[1,3,2944,736]");
  }

  @Test
  void boxesOfTheMapComeBackToThePicture() {
    DetectorInput.Frame frame = of(320, 502).frame();

    Box box = frame.toPicture(Box.upright(46, 23, 460, 230));

    assertThat(box.corners()).containsExactlyElementsOf(Box.upright(20, 10, 200, 100).corners());
    assertThat(frame.toPicture(Box.upright(-20, -20, 2000, 2000)).corners())
        .containsExactlyElementsOf(Box.upright(0, 0, 319, 501).corners());
  }

  @Test
  void barsAreTakenOffAgain() {
    DetectorInput.Frame frame = of(1600, 20).frame();

    Box box = frame.toPicture(Box.upright(184, 368, 368, 386));

    assertThat(box.corners()).containsExactlyElementsOf(Box.upright(100, 10, 200, 19).corners());
  }

  @Test
  void onePixelIsAPicture() {
    assertThat(of(1, 1).tensor()).hasToString("float[1,3,736,736]");
  }

  @Test
  void settingsOutOfRangeSayTheRange() {
    assertThatThrownBy(
            () -> new DetectorSettings(16, 2000, 0.3, 0.5, 1.6, true, Normalization.HALF))
        .hasMessage("shortest must be from 32 to 4096, got 16");
    assertThatThrownBy(
            () -> new DetectorSettings(736, 2000, 1.5, 0.5, 1.6, true, Normalization.HALF))
        .hasMessage("threshold must be from 0 to 1, got 1.5");
    assertThatThrownBy(() -> new LineSettings(48, 320, 0, 192, 0.9, 0.5, Normalization.HALF))
        .hasMessage("batch must be from 1 to 256, got 0");
    Normalization two = new Normalization(1, List.of(0.5, 0.5), List.of(1.0));
    assertThatThrownBy(() -> new LineSettings(48, 320, 6, 192, 0.9, 0.5, two))
        .hasMessage(
            "mean and std must be one number or three, for blue, green and red, got [0.5, 0.5] and"
                + " [1.0]");
  }

  private static DetectorInput of(int width, int height) {
    return DetectorInput.of(gray(width, height, 255), DetectorSettings.DEFAULT);
  }

  private static Picture gray(int width, int height, int level) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) level);
    return new Picture(width, height, rgb);
  }
}
