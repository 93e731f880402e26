package io.demitasse.media.ocr;

/** A place in a picture, in pixels from its top left; whole numbers are the corners of pixels. */
public record Point(double x, double y) {

  double distance(Point other) {
    return Math.hypot(other.x - x, other.y - y);
  }
}
