package io.demitasse.media.image;

import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Pictures as OpenCV's matrices and back.
 *
 * <p>A matrix lies in native memory, of which Java's garbage collector knows nothing: open it in a
 * {@code try} with resources.
 */
public final class Mats {
  private Mats() {}

  /**
   * A picture as {@code CV_8UC3} of {@code height} rows: blue, green and red of each pixel, which
   * is OpenCV's order. The samples are copied.
   *
   * @return owned by the caller, who closes it
   */
  public static Mat bgr(Picture picture) {
    Mat mat = new Mat(picture.height(), picture.width(), opencv_core.CV_8UC3);
    mat.data().put(swapped(picture.rgb()));
    return mat;
  }

  /**
   * The picture in a matrix, which stays the caller's. The samples are copied.
   *
   * @param mat {@code CV_8UC3} of blue, green and red, or {@code CV_8UC1} of gray; it may be a part
   *     of a larger one
   * @throws IllegalArgumentException when it is empty or of another type
   */
  public static Picture picture(Mat mat) {
    int width = mat.cols();
    int height = mat.rows();
    int channels = mat.channels();
    if (mat.depth() != opencv_core.CV_8U || (channels != 1 && channels != 3) || mat.empty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected a matrix CV_8UC3 or CV_8UC1, got %d x %d x %d of depth %d",
              height,
              width,
              channels,
              mat.depth()));
    }
    byte[] samples = samples(mat);
    return new Picture(width, height, channels == 3 ? swapped(samples) : tripled(samples));
  }

  /** The picture in a matrix {@code CV_8UC3} or {@code CV_8UC4}, the latter put on white. */
  static Picture onWhite(Mat mat) {
    if (mat.channels() != 4) {
      return picture(mat);
    }
    byte[] samples = samples(mat);
    byte[] rgb = new byte[samples.length / 4 * 3];
    int target = 0;
    for (int i = 0; i < samples.length; i += 4, target += 3) {
      int alpha = samples[i + 3] & 0xff;
      rgb[target] = Samples.onWhite(samples[i + 2] & 0xff, alpha);
      rgb[target + 1] = Samples.onWhite(samples[i + 1] & 0xff, alpha);
      rgb[target + 2] = Samples.onWhite(samples[i] & 0xff, alpha);
    }
    return new Picture(mat.cols(), mat.rows(), rgb);
  }

  /** A picture in another size; channels do not meet, so that their order does not matter. */
  static Picture resized(Picture picture, int width, int height, int interpolation) {
    try (Mat from = new Mat(picture.height(), picture.width(), opencv_core.CV_8UC3);
        Mat to = new Mat();
        Size size = new Size(width, height)) {
      from.data().put(picture.rgb());
      opencv_imgproc.resize(from, to, size, 0, 0, interpolation);
      return new Picture(width, height, samples(to));
    }
  }

  private static byte[] samples(Mat mat) {
    int length = mat.channels() * mat.cols();
    byte[] samples = new byte[length * mat.rows()];
    for (int y = 0; y < mat.rows(); y++) {
      try (BytePointer row = mat.ptr(y)) {
        row.get(samples, y * length, length);
      }
    }
    return samples;
  }

  /** The same samples with the first and third of each pixel exchanged. */
  private static byte[] swapped(byte[] samples) {
    byte[] swapped = new byte[samples.length];
    for (int i = 0; i < samples.length; i += 3) {
      swapped[i] = samples[i + 2];
      swapped[i + 1] = samples[i + 1];
      swapped[i + 2] = samples[i];
    }
    return swapped;
  }

  private static byte[] tripled(byte[] gray) {
    byte[] rgb = new byte[3 * gray.length];
    for (int i = 0; i < gray.length; i++) {
      rgb[3 * i] = gray[i];
      rgb[3 * i + 1] = gray[i];
      rgb[3 * i + 2] = gray[i];
    }
    return rgb;
  }
}
