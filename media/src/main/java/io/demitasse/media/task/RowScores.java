package io.demitasse.media.task;

import io.demitasse.evaluate.Task.Score;
import io.demitasse.media.data.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Scores of the pages that are counted together, one value a line.
 *
 * <p>With {@code n} lines of {@code c} characters in all, a line with {@code e} wrong ones counts
 * {@code 1 - e n / c}, so that the mean is exactly one minus the character error rate of the row.
 * What was invented on a page is spread over its lines; on a page without lines, over the row.
 * Intervals are those of this mean: lines are drawn again, and how many characters stand in all is
 * taken as known.
 */
final class RowScores {
  private static final String CHARACTERS = "character accuracy, ";
  private static final String LINES = "exact lines, ";

  private final List<PageReading> cache = new ArrayList<>();

  private RowScores() {}

  /** The names of the scores of each row that has lines, in the order in which rows appear. */
  static List<String> metrics(List<Page> pages) {
    return pages.stream()
        .filter(page -> !page.lines().isEmpty())
        .map(Page::row)
        .distinct()
        .flatMap(row -> Stream.of(CHARACTERS + row, LINES + row))
        .toList();
  }

  /** Whether a metric is the accuracy of characters, which a budget is about. */
  static boolean countsCharacters(String metric) {
    return metric.startsWith(CHARACTERS);
  }

  /** Two scores for each row that has lines, in the order in which rows appear. */
  static List<Score> of(List<PageReading> cache) {
    Map<String, RowScores> rows = new LinkedHashMap<>();
    for (PageReading reading : cache) {
      rows.computeIfAbsent(reading.page().row(), row -> new RowScores()).cache.add(reading);
    }
    List<Score> scores = new ArrayList<>();
    rows.forEach(
        (row, pages) -> {
          if (pages.lines() > 0) {
            scores.add(Score.limited(CHARACTERS + row, pages.accuracies()));
            scores.add(Score.informational(LINES + row, pages.exact()));
          }
        });
    return scores;
  }

  private int lines() {
    return cache.stream().mapToInt(reading -> reading.partners().length).sum();
  }

  private double[] accuracies() {
    int lines = lines();
    long characters = 0;
    double stray = 0;
    for (PageReading reading : cache) {
      for (int line = 0; line < reading.partners().length; line++) {
        characters += ComparedText.length(reading.truth(line));
      }
      stray += reading.partners().length == 0 ? reading.insertions() : 0;
    }
    double[] accuracies = new double[lines];
    int next = 0;
    for (PageReading reading : cache) {
      int own = reading.partners().length;
      double invented = own == 0 ? 0 : (double) reading.insertions() / own;
      for (int line = 0; line < own; line++) {
        double wrong = reading.edits(line) + invented + stray / lines;
        accuracies[next++] = 1 - wrong * lines / characters;
      }
    }
    return accuracies;
  }

  private double[] exact() {
    return cache.stream()
        .flatMapToDouble(
            reading ->
                java.util.stream.IntStream.range(0, reading.partners().length)
                    .mapToDouble(line -> reading.edits(line) == 0 ? 1 : 0))
        .toArray();
  }
}
