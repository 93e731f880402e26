package io.demitasse.media.ocr;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;

import io.demitasse.ir.Tensor;
import io.demitasse.media.image.Mats;
import io.demitasse.media.image.Picture;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * A picture as a detector is given it, and the way back from its map.
 *
 * <pre>
 *   picture ── black bars where it is a strip ── scaled to sides of n * 32 ── float [1,3,H,W]
 * </pre>
 *
 * @param tensor float {@code [1,3,H,W]}, blue plane first
 */
public record DetectorInput(Tensor tensor, Frame frame) {
  private static final int STEP = 32;

  /** A side more than so many times the other gets bars along it. */
  private static final int STRIP = 8;

  /** Bars make a lower picture than this higher, so that text does not touch its edge. */
  private static final int LOWEST = 30;

  /**
   * How the map lies over the picture.
   *
   * @param barX width of the bar at the left, in pixels of the picture
   * @param barY height of the bar at the top
   * @param scaleX pixels of the picture for one of the map
   */
  public record Frame(int width, int height, int barX, int barY, double scaleX, double scaleY) {

    /** A box of the map in the picture, at whole pixels inside it. */
    public Box toPicture(Box box) {
      return box.map(
          point ->
              new Point(
                  Math.clamp(Math.rint(point.x() * scaleX) - barX, 0, width - 1.0),
                  Math.clamp(Math.rint(point.y() * scaleY) - barY, 0, height - 1.0)));
    }
  }

  /** Prepares a picture. */
  public static DetectorInput of(Picture picture, DetectorSettings settings) {
    int barX = bar(picture.width(), picture.height());
    int barY = bar(picture.height(), picture.width());
    int width = picture.width() + 2 * barX;
    int height = picture.height() + 2 * barY;
    double scale = scale(width, height, settings);
    int mapWidth = side(width * scale);
    int mapHeight = side(height * scale);
    Planes planes = new Planes(1, mapWidth, mapHeight, settings.normalization());
    try (PointerScope _ = new PointerScope()) {
      Mat barred = new Mat();
      copyMakeBorder(
          Mats.bgr(picture), barred, barY, barY, barX, barX, BORDER_CONSTANT, new Scalar());
      planes.put(0, barred, mapWidth);
    }
    Frame frame =
        new Frame(
            picture.width(),
            picture.height(),
            barX,
            barY,
            (double) width / mapWidth,
            (double) height / mapHeight);
    return new DetectorInput(planes.tensor(), frame);
  }

  private static int bar(int side, int other) {
    boolean strip = side <= LOWEST || (double) other / side > STRIP;
    return strip ? Math.abs(2 * Math.max(other / STRIP, LOWEST) - side) / 2 : 0;
  }

  private static double scale(int width, int height, DetectorSettings settings) {
    double shrink = Math.min(1, (double) settings.longest() / Math.max(width, height));
    return Math.max(shrink, (double) settings.shortest() / Math.min(width, height));
  }

  private static int side(double length) {
    return Math.max(STEP, STEP * (int) Math.rint((int) length / (double) STEP));
  }
}
