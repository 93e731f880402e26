package io.demitasse.report;

import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Several results of one run, side by side.
 *
 * @param title what was compressed
 * @param limits the budget, which all keep that say so
 * @param bytesBefore of the original
 * @param results the largest first
 */
public record FrontReport(String title, String limits, long bytesBefore, List<Entry> results) {
  /** What a result is called that is only cleaned and fused. */
  private static final String EXACT = "exact steps alone";

  public FrontReport {
    results = List.copyOf(results);
  }

  /**
   * One result.
   *
   * @param name of its folder, from 1 on
   * @param made what made it, in words
   * @param time relative to that of the original; the whole program's where there are several
   *     parts, else the geometric mean over all inputs that were timed; 1 where nothing was
   * @param scores against the original, on samples that no choice has seen
   * @param met whether it keeps the budget
   */
  public record Entry(
      String name,
      String made,
      long bytes,
      double time,
      List<ScoreComparison> scores,
      boolean met) {
    public Entry {
      scores = List.copyOf(scores);
    }

    /** The most that is lost in a metric that the budget can limit; 0 where nothing was judged. */
    public Interval loss() {
      return scores.stream()
          .filter(ScoreComparison::limited)
          .map(ScoreComparison::degradation)
          .max((one, other) -> Double.compare(one.value(), other.value()))
          .orElse(new Interval(0, 0, 0));
    }
  }

  /**
   * Puts reports side by side.
   *
   * @param reports of one run, at least 1, the largest result first
   */
  public static FrontReport of(List<Report> reports) {
    Report first = reports.getFirst();
    return new FrontReport(
        first.title(),
        first.budget().limits(),
        first.bytesBefore(),
        IntStream.range(0, reports.size()).mapToObj(i -> entry(i + 1, reports.get(i))).toList());
  }

  private static Entry entry(int number, Report report) {
    List<TimingComparison> parts =
        report.parts().stream().flatMap(part -> part.timings().stream()).toList();
    return new Entry(
        Integer.toString(number),
        made(report),
        report.bytesAfter(),
        TimingComparison.meanRatio(report.whole().isEmpty() ? parts : report.whole()),
        report.accuracy().scores(),
        report.budget().met());
  }

  /** What was kept beyond cleaning and fusing, which all results have in common. */
  private static String made(Report report) {
    return report.candidates().stream()
        .filter(Report.Tried::kept)
        .filter(tried -> !tried.scores().isEmpty())
        .map(Report.Tried::title)
        .reduce((_, last) -> last)
        .orElse(EXACT);
  }

  /** The page that shows it, with links to the pages of the results. */
  public String html() {
    return FrontPage.of(this);
  }

  /** All names of metrics, in the order in which they come. */
  List<String> metrics() {
    return results.stream()
        .flatMap(entry -> entry.scores().stream())
        .flatMap(score -> score.limited() ? Stream.of(score.metric()) : Stream.empty())
        .distinct()
        .toList();
  }
}
