package io.demitasse.media.ocr;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.demitasse.ir.Tensor;
import io.demitasse.media.image.Normalization;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Collects pictures in a tensor: blue, green and red planes of each, 0 where nothing was put. */
final class Planes {
  private final int width;
  private final int height;
  private final float[] values;
  private final float[][] tables;

  Planes(int pictures, int width, int height, Normalization normalization) {
    this.width = width;
    this.height = height;
    this.values = new float[Math.toIntExact(3L * pictures * width * height)];
    this.tables =
        new float[][] {normalization.table(0), normalization.table(1), normalization.table(2)};
  }

  /**
   * Puts a picture at the left, scaled bilinearly as PP-OCR's models were trained with.
   *
   * @param mat blue, green and red of each pixel; stays the caller's
   * @param ownWidth its width then, at most that of the planes
   */
  void put(int picture, Mat mat, int ownWidth) {
    byte[] bgr = new byte[3 * ownWidth * height];
    try (Mat scaled = new Mat();
        Size size = new Size(ownWidth, height)) {
      resize(mat, scaled, size, 0, 0, INTER_LINEAR);
      scaled.data().get(bgr);
    }
    for (int channel = 0; channel < 3; channel++) {
      float[] table = tables[channel];
      int target = (picture * 3 + channel) * height * width;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < ownWidth; x++) {
          values[target + y * width + x] = table[bgr[3 * (y * ownWidth + x) + channel] & 0xff];
        }
      }
    }
  }

  /** Float {@code [pictures,3,height,width]}. */
  Tensor tensor() {
    return Tensor.ofFloats(
        new long[] {values.length / (3L * width * height), 3, height, width}, values);
  }
}
