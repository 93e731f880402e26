package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.media.data.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lines that are queries: the embedding of what was read in each is to be nearest to that of its
 * label, among all labels. A line that was missed ranks last.
 */
final class LineQueries {
  /** The one that an accuracy budget is about. */
  static final String LIMITED = "recall@10";

  static final List<String> METRICS = List.of(LIMITED, "mrr");

  /** A line of a page and the index of its label. */
  private record Query(int page, int line, int answer) {}

  private final List<Query> queries = new ArrayList<>();
  private final List<String> labels;

  LineQueries(List<Page> pages) {
    this(pages, pages);
  }

  /**
   * @param all pages whose labels stand to choose from, those with the lines among them
   */
  LineQueries(List<Page> pages, List<Page> all) {
    labels =
        all.stream()
            .flatMap(page -> page.lines().stream())
            .map(Page.Line::match)
            .filter(match -> match != null)
            .distinct()
            .toList();
    for (int page = 0; page < pages.size(); page++) {
      List<Page.Line> lines = pages.get(page).lines();
      for (int line = 0; line < lines.size(); line++) {
        String match = lines.get(line).match();
        if (match != null) {
          queries.add(new Query(page, line, labels.indexOf(match)));
        }
      }
    }
  }

  /** The labels, which are to be embedded too; none where no line has one. */
  List<Sample> samples() {
    return queries.isEmpty()
        ? List.of()
        : labels.stream()
            .map(label -> (Sample) new Sample.Text("label '" + label + "'", label))
            .toList();
  }

  /** Scores by recall and rank. */
  List<Score> score(List<OcrRecord.OfPage> pages, List<OcrRecord.OfLabel> gallery) {
    int width = gallery.getFirst().embedding().length;
    float[][] asked =
        queries.stream()
            .map(
                query -> {
                  OcrRecord.OfPage page = pages.get(query.page());
                  return row(page.embeddings(), page.reading().partners()[query.line()], width);
                })
            .toArray(float[][]::new);
    float[][] labels = gallery.stream().map(OcrRecord.OfLabel::embedding).toArray(float[][]::new);
    int[] answers = queries.stream().mapToInt(Query::answer).toArray();
    int[] ranks = Ranking.of(asked, labels, answers);
    return List.of(
        Score.limited(
            LIMITED, IntStream.of(ranks).mapToDouble(rank -> rank <= 10 ? 1 : 0).toArray()),
        Score.informational("mrr", IntStream.of(ranks).mapToDouble(rank -> 1.0 / rank).toArray()));
  }

  /** A row of a matrix; one that is near to nothing where there is none. */
  private static float[] row(float[] values, int row, int width) {
    if (row < 0) {
      float[] nothing = new float[width];
      Arrays.fill(nothing, Float.NaN);
      return nothing;
    }
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }
}
