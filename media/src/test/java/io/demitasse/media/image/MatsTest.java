package io.demitasse.media.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.Test;

class MatsTest {
  private static final Picture PICTURE =
      new Picture(2, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, (byte) 255});

  @Test
  void aPictureIsBlueGreenRedInAMatrix() {
    try (Mat mat = Mats.bgr(PICTURE)) {
      byte[] samples = new byte[12];
      mat.data().get(samples);

      assertThat(mat.type()).isEqualTo(opencv_core.CV_8UC3);
      assertThat(samples).containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7, 255, 11, 10);
    }
  }

  @Test
  void aMatrixIsThePictureItWasMadeFrom() {
    try (Mat mat = Mats.bgr(PICTURE)) {
      assertThat(Mats.picture(mat).rgb()).isEqualTo(PICTURE.rgb());
    }
  }

  @Test
  void aPartOfAMatrixIsAPicture() {
    try (Mat mat = Mats.bgr(PICTURE);
        Rect right = new Rect(1, 0, 1, 2);
        Mat part = new Mat(mat, right)) {
      Picture picture = Mats.picture(part);

      assertThat(picture.width()).isEqualTo(1);
      assertThat(picture.rgb()).containsExactly(4, 5, 6, 10, 11, 255);
    }
  }

  @Test
  void grayIsTripled() {
    try (Mat mat = new Mat(1, 2, opencv_core.CV_8UC1)) {
      mat.data().put(new byte[] {7, (byte) 200});

      assertThat(Mats.picture(mat).rgb()).containsExactly(7, 7, 7, 200, 200, 200);
    }
  }

  @Test
  void aMatrixOfAnotherKindIsRefused() {
    try (Mat floats = new Mat(2, 3, opencv_core.CV_32FC3);
        Mat empty = new Mat()) {
      assertThatThrownBy(() -> Mats.picture(floats))
          .hasMessage("expected a matrix CV_8UC3 or CV_8UC1, got 2 x 3 x 3 of depth 5");
      assertThatThrownBy(() -> Mats.picture(empty)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
