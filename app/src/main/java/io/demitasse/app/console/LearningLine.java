package io.demitasse.app.console;

import io.demitasse.train.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * How far a model has learned, fitted to the terminal: what is least important goes first.
 *
 * <pre>
 *   encoder  step 120/400  loss 0.0123 (judged 0.0119 best)  rate 1.00e-5  85 samples/s  about 2 min left
 * </pre>
 *
 * @param stage such as {@code 3/9}; empty where there is only one piece of work
 * @param part that learns
 * @param steps of the training at most
 * @param best whether nothing was judged better before
 */
public record LearningLine(
    String stage, String part, Point point, int steps, boolean best, Optional<Duration> left) {

  /** What a terminal echoes of Ctrl-C has to fit behind the line. */
  private static final int FREE = 3;

  private record Piece(String text, int rank) {}

  /** The whole line. */
  public String whole() {
    return joined(pieces());
  }

  /** The line in fewer than so many columns. */
  String in(OptionalInt columns) {
    int room = Math.max(0, columns.orElse(80) - FREE);
    List<Piece> pieces = new ArrayList<>(pieces());
    while (pieces.size() > 1 && Cells.of(joined(pieces)) > room) {
      pieces.remove(pieces.stream().max(Comparator.comparingInt(Piece::rank)).orElseThrow());
    }
    return Cells.fitted(joined(pieces), room, "");
  }

  private static String joined(List<Piece> pieces) {
    return "  " + pieces.stream().map(Piece::text).collect(Collectors.joining("  "));
  }

  /** As they are read; those of a low rank stay longest. */
  private List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    pieces.add(new Piece((stage + " " + part).strip(), 4));
    pieces.add(new Piece("step " + Figures.count(point.step()) + "/" + Figures.count(steps), 0));
    pieces.add(new Piece(loss(), 1));
    if (point.step() > 0) {
      pieces.add(new Piece("rate " + Figures.fine(point.rate()), 3));
    }
    if (point.samples() > 0) {
      pieces.add(new Piece(Figures.significant(point.samples()) + " samples/s", 5));
    }
    left.ifPresent(time -> pieces.add(new Piece(Durations.left(time), 2)));
    pieces.removeIf(piece -> piece.text().isEmpty());
    return pieces;
  }

  /** Terms are added up by their weights where they are judged, and told alone where they learn. */
  private String loss() {
    String judged = "judged " + Figures.fine(point.objective()) + (best ? " best" : "");
    return point.learned().size() == 1
        ? "loss " + Figures.fine(learned()) + " (" + judged + ")"
        : judged;
  }

  /** By the weight that the only term has in what is judged. */
  private double learned() {
    String term = point.learned().keySet().iterator().next();
    double learned = point.learned().getOrDefault(term, 0.);
    double judged = point.judged().getOrDefault(term, 0.);
    return judged > 0 && Double.isFinite(judged) ? learned * point.objective() / judged : learned;
  }
}
