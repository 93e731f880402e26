package io.demitasse.media.ocr;

import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A piece of text in a picture.
 *
 * @param corners the four corners clockwise, from the one where the text itself has its top left
 */
public record Box(List<Point> corners) {
  private static final int CORNERS = 4;

  public Box {
    corners = List.copyOf(corners);
    if (corners.size() != CORNERS) {
      throw new IllegalArgumentException("a box has four corners, got " + corners);
    }
  }

  public static Box of(Point topLeft, Point topRight, Point bottomRight, Point bottomLeft) {
    return new Box(List.of(topLeft, topRight, bottomRight, bottomLeft));
  }

  /** The upright rectangle between two places. */
  public static Box upright(double left, double top, double right, double bottom) {
    return of(
        new Point(left, top),
        new Point(right, top),
        new Point(right, bottom),
        new Point(left, bottom));
  }

  /**
   * A rectangle's corners in order, for text that runs from left to right: the two leftmost begin
   * it, the upper one first.
   */
  static Box reading(List<Point> corners) {
    List<Point> across = corners.stream().sorted(Comparator.comparingDouble(Point::x)).toList();
    List<Point> left = downwards(across.subList(0, 2));
    List<Point> right = downwards(across.subList(2, CORNERS));
    return of(left.get(0), right.get(0), right.get(1), left.get(1));
  }

  private static List<Point> downwards(List<Point> points) {
    return points.stream().sorted(Comparator.comparingDouble(Point::y)).toList();
  }

  /** The longer of the sides along the text. */
  public double width() {
    return Math.max(side(0), side(2));
  }

  /** The longer of the sides across the text. */
  public double height() {
    return Math.max(side(1), side(3));
  }

  private double side(int corner) {
    return corners.get(corner).distance(corners.get((corner + 1) % CORNERS));
  }

  public Point center() {
    return new Point(
        corners.stream().mapToDouble(Point::x).sum() / CORNERS,
        corners.stream().mapToDouble(Point::y).sum() / CORNERS);
  }

  /** The same box for text whose top left is {@code steps} corners further clockwise. */
  public Box startingAt(int steps) {
    return new Box(
        IntStream.range(0, CORNERS).mapToObj(i -> corners.get((i + steps) % CORNERS)).toList());
  }

  Box map(UnaryOperator<Point> change) {
    return new Box(corners.stream().map(change).toList());
  }
}
