package io.demitasse.media.image;

import java.io.IOException;
import java.util.function.Consumer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A WebP file, decoded by OpenCV's libwebp: the pixels that Pillow has. (Of two decoders in Java,
 * one skips the filter over block edges and is off by eleven levels in the mean.) The decoder is
 * given what makes the pixels alone, so that an animation is its first frame.
 *
 * @param still a WebP file of one picture without anything else
 * @param frame where that picture lies on the canvas
 */
record WebpSource(byte[] still, PictureHeader header, Rectangle frame) implements PictureSource {

  static WebpSource open(byte[] bytes) throws IOException {
    return WebpChunks.read(bytes).source();
  }

  @Override
  public Picture decode(Consumer<String> notes) throws IOException {
    try (Mat file = new Mat(still);
        Mat mat = opencv_imgcodecs.imdecode(file, opencv_imgcodecs.IMREAD_UNCHANGED)) {
      if (mat.cols() != frame.width() || mat.rows() != frame.height()) {
        throw new IOException("its content cannot be decoded");
      }
      return frame.on(header.width(), header.height(), Mats.onWhite(mat));
    }
  }
}
