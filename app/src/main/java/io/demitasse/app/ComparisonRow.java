package io.demitasse.app;

import io.demitasse.evaluate.Interval;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One figure of all results.
 *
 * @param isDetail whether the row is left out where no result of a table has it
 */
record ComparisonRow(String label, boolean isDetail, List<Cell> cells) {

  /**
   * What a result has there.
   *
   * @param rank the less the better; null for what is not ranked
   */
  record Cell(String text, @Nullable Interval rank) {
    static final Cell NONE = of("");

    static Cell of(String text) {
      return new Cell(text, null);
    }

    static Cell exact(String text, double rank) {
      return new Cell(text, new Interval(rank, rank, rank));
    }

    Cell unranked() {
      return of(text);
    }
  }

  /** The texts, those of the best marked. */
  List<String> texts() {
    double end = endOfBest();
    return cells.stream()
        .map(cell -> isBest(cell, end) && hasBest() ? cell.text + " *" : cell.text)
        .toList();
  }

  /** Whether some are better than others: several are ranked, and not all alike. */
  boolean hasBest() {
    double end = endOfBest();
    long ranked = cells.stream().filter(cell -> cell.rank != null).count();
    return cells.stream().filter(cell -> isBest(cell, end)).count() < ranked;
  }

  private static boolean isBest(Cell cell, double end) {
    return cell.rank != null && cell.rank.low() <= end;
  }

  /** Where the interval of the best ends; what begins below cannot be told from it. */
  private double endOfBest() {
    Interval best = null;
    for (Cell cell : cells) {
      Interval rank = cell.rank;
      if (rank != null && (best == null || rank.value() < best.value())) {
        best = rank;
      }
    }
    return best == null ? Double.NaN : Objects.requireNonNull(best).high();
  }
}
