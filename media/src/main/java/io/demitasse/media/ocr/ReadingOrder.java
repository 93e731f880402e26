package io.demitasse.media.ocr;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The order in which a page is read: lines from top to bottom, pieces of a line from left to right,
 * along the direction in which most of the text runs. So it holds for pages that are tilted, on
 * their side or upside down.
 */
public final class ReadingOrder {
  /** Pieces are of one line when their centers differ by less, in heights of the lower piece. */
  private static final double TOLERANCE = 0.5;

  /** A piece of text seen along the direction of the page. */
  private record Piece(int index, double along, double across, double height) {

    boolean sharesLineWith(Piece other) {
      return Math.abs(across - other.across) < TOLERANCE * Math.min(height, other.height);
    }
  }

  private ReadingOrder() {}

  /** The indices of boxes in the order they are read. */
  public static int[] of(List<Box> boxes) {
    double x = boxes.stream().mapToDouble(box -> right(box).x()).sum();
    double y = boxes.stream().mapToDouble(box -> right(box).y()).sum();
    double length = Math.max(Math.hypot(x, y), 1e-9);
    List<Piece> pieces =
        IntStream.range(0, boxes.size())
            .mapToObj(i -> piece(i, boxes.get(i), x / length, y / length))
            .sorted(Comparator.comparingDouble(Piece::across).thenComparingDouble(Piece::along))
            .toList();
    List<List<Piece>> lines = new ArrayList<>();
    for (Piece piece : pieces) {
      if (lines.isEmpty() || !piece.sharesLineWith(lines.getLast().getFirst())) {
        lines.add(new ArrayList<>());
      }
      lines.getLast().add(piece);
    }
    return lines.stream()
        .flatMap(line -> line.stream().sorted(Comparator.comparingDouble(Piece::along)))
        .mapToInt(Piece::index)
        .toArray();
  }

  private static Piece piece(int index, Box box, double x, double y) {
    Point center = box.center();
    return new Piece(
        index, center.x() * x + center.y() * y, center.y() * x - center.x() * y, box.height());
  }

  /** Where the text of a box runs to, as far as it is long. */
  private static Point right(Box box) {
    Point from = box.corners().get(0);
    Point to = box.corners().get(1);
    return new Point(to.x() - from.x(), to.y() - from.y());
  }
}
