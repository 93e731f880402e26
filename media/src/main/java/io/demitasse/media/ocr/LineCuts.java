package io.demitasse.media.ocr;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.getPerspectiveTransform;
import static org.bytedeco.opencv.global.opencv_imgproc.warpPerspective;

import io.demitasse.media.image.Mats;
import io.demitasse.media.image.Picture;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Cuts lines of text out of a picture, upright whatever their place and angle. */
public final class LineCuts {
  /** A found box so many times as high as wide holds text that runs upwards. */
  private static final double TALL = 1.5;

  private LineCuts() {}

  /**
   * A found box so that its text runs from left to right: the top of a tall one is its right side.
   */
  public static Box alongText(Box found) {
    return Math.floor(found.height()) >= TALL * Math.floor(found.width())
        ? found.startingAt(1)
        : found;
  }

  /** Cuts a line out for each box. */
  public static List<LineImage> cut(Picture picture, List<Box> boxes) {
    if (boxes.isEmpty()) {
      return List.of();
    }
    try (PointerScope _ = new PointerScope()) {
      Mat page = Mats.bgr(picture);
      return boxes.stream().map(box -> cut(page, box)).toList();
    }
  }

  private static LineImage cut(Mat page, Box box) {
    int width = Math.max(1, (int) box.width());
    int height = Math.max(1, (int) box.height());
    try (PointerScope _ = new PointerScope()) {
      Mat line = new Mat();
      Mat transform =
          getPerspectiveTransform(Boxes.mat(box), Boxes.mat(Box.upright(0, 0, width, height)));
      warpPerspective(
          page,
          line,
          transform,
          new Size(width, height),
          INTER_CUBIC,
          BORDER_REPLICATE,
          new Scalar());
      return new LineImage(box, Mats.picture(line));
    }
  }
}
