package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.media.image.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineBatchTest {

  @Test
  void linesAreBatchedByWidthAndPaddedToTheWidest() {
    List<LineImage> lines =
        IntStream.of(400, 100, 900, 120, 110, 130, 140, 800).mapToObj(w -> line(w, 48, 0)).toList();

    List<LineBatch> batches = LineBatch.forRecognizer(lines, LineSettings.DEFAULT);

    assertThat(batches)
        .extracting(LineBatch::lines)
        .containsExactly(List.of(1, 4, 3, 5, 6, 0), List.of(7, 2));
    assertThat(batches)
        .extracting(batch -> batch.input().toString())
        .containsExactly("float[6,3,48,400]", "float[2,3,48,900]");
  }

  @Test
  void aBatchIsAtLeastAsWideAsTheSettingsSay() {
    List<LineBatch> batches =
        LineBatch.forRecognizer(List.of(line(50, 48, 0)), LineSettings.DEFAULT);

    assertThat(batches.getFirst().input()).hasToString("float[1,3,48,320]");
  }

  @Test
  void linesAreScaledToTheHeightAndNothingFollowsThem() {
    float[] values =
        LineBatch.forRecognizer(List.of(line(100, 24, 255)), LineSettings.DEFAULT)
            .getFirst()
            .input()
            .toFloats();

    assertThat(values[199]).isEqualTo(1);
    assertThat(values[200]).isEqualTo(0);
  }

  @Test
  void theClassifierIsGivenLinesOfOneWidth() {
    List<LineImage> lines = List.of(line(500, 30, 0), line(20, 30, 0));

    List<LineBatch> batches = LineBatch.forClassifier(lines, LineSettings.DEFAULT);

    assertThat(batches).hasSize(1);
    assertThat(batches.getFirst().lines()).containsExactly(1, 0);
    assertThat(batches.getFirst().input()).hasToString("float[2,3,48,192]");
  }

  @Test
  void blueComesFirst() {
    Picture red = new Picture(1, 1, new byte[] {(byte) 255, 0, 0});
    LineImage line = new LineImage(Box.upright(0, 0, 1, 1), red);

    float[] values =
        LineBatch.forClassifier(List.of(line), LineSettings.DEFAULT).getFirst().input().toFloats();

    int plane = 48 * 192;
    assertThat(values[0]).isEqualTo(-1);
    assertThat(values[plane]).isEqualTo(-1);
    assertThat(values[2 * plane]).isEqualTo(1);
  }

  @Test
  void anEndlessLineIsSqueezed() {
    List<LineImage> lines = List.of(line(30_000, 2, 0));

    assertThat(LineBatch.forRecognizer(lines, LineSettings.DEFAULT).getFirst().input())
        .hasToString("float[1,3,48,9600]");
  }

  @Test
  void noLinesMakeNoBatch() {
    assertThat(LineBatch.forRecognizer(List.of(), LineSettings.DEFAULT)).isEmpty();
  }

  private static LineImage line(int width, int height, int level) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) level);
    return new LineImage(Box.upright(0, 0, width, height), new Picture(width, height, rgb));
  }
}
