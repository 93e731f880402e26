package io.demitasse.media.ocr;

import java.util.List;
import org.bytedeco.opencv.opencv_core.RotatedRect;

/**
 * A rectangle at any angle.
 *
 * @param angle of the side {@code width} from the x axis, in radians
 */
record Rectangle(Point center, double width, double height, double angle) {

  static Rectangle of(RotatedRect found) {
    return new Rectangle(
        new Point(found.center().x(), found.center().y()),
        found.size().width(),
        found.size().height(),
        Math.toRadians(found.angle()));
  }

  double leastSide() {
    return Math.min(width, height);
  }

  /** Larger on every side by {@code area * ratio / perimeter}. */
  Rectangle grown(double ratio) {
    double distance = width * height * ratio / (2 * (width + height));
    return new Rectangle(center, width + 2 * distance, height + 2 * distance, angle);
  }

  Box box() {
    return Box.reading(List.of(corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)));
  }

  private Point corner(int along, int across) {
    double x = along * width / 2;
    double y = across * height / 2;
    return new Point(
        center.x() + x * Math.cos(angle) - y * Math.sin(angle),
        center.y() + x * Math.sin(angle) + y * Math.cos(angle));
  }
}
