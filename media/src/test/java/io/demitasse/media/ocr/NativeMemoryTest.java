package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Tensor;
import io.demitasse.media.image.Picture;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it counts native objects of the process")
class NativeMemoryTest {
  private static final int SIDE = 320;

  @Test
  void nothingNativeIsLeftBehind() {
    readOnce();
    long before = Pointer.totalCount();

    for (int i = 0; i < 20; i++) {
      readOnce();
    }

    // What others left to the collector may go meanwhile.
    assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
  }

  private static void readOnce() {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    Arrays.fill(rgb, (byte) 200);
    Picture page = new Picture(SIDE, SIDE, rgb);
    float[] map = new float[SIDE * SIDE];
    for (int y = 50; y < 70; y++) {
      Arrays.fill(map, y * SIDE + 40, y * SIDE + 140, 0.9f);
    }
    DetectorInput input = DetectorInput.of(page, DetectorSettings.DEFAULT);
    List<Box> boxes =
        new TextBoxes(DetectorSettings.DEFAULT)
            .find(Tensor.ofFloats(new long[] {1, 1, SIDE, SIDE}, map)).boxes().stream()
                .map(input.frame()::toPicture)
                .toList();
    List<LineImage> lines = LineCuts.cut(page, boxes);
    assertThat(LineBatch.forClassifier(lines, LineSettings.DEFAULT)).hasSize(1);
    assertThat(LineBatch.forRecognizer(lines, LineSettings.DEFAULT)).hasSize(1);
    assertThat(Overlap.pairs(boxes, boxes, 0.5)).containsExactly(0);
  }
}
