package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.media.data.Captions;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.Pairs;
import io.demitasse.media.metric.Ranks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the label of a query among all labels, by the cosine of their embeddings. Queries are texts
 * or pictures, labels are texts.
 *
 * <p>Metrics, one value a query in the order of the queries: {@code recall@10} (1 when the label is
 * among the ten nearest), {@code recall@1}, {@code mrr} (one over the label's rank) and {@code
 * cosine} of the query's embedding to the original's. Of equally near labels the earlier goes
 * first; an embedding that is not finite is farthest from everything.
 *
 * <p>Across modalities both ways are told, as the field does: also {@code recall@5}, and {@code
 * reverse recall@1}, {@code @5} and {@code @10}, one value a label, 1 when one of the pictures that
 * it belongs to is among the nearest of all pictures. In a part of a division these are the
 * pictures of that part, and the labels those that belong to one.
 *
 * <p>One vector a query and a label is kept. Intervals are those of means over queries that are
 * drawn again, among labels that stay: they tell what other queries of the same collection would
 * give.
 */
public final class RetrievalTask implements Task {
  /** The name this task goes by. */
  public static final String NAME = "retrieval";

  private static final List<String> METRICS = List.of("recall@10", "recall@1", "mrr", "cosine");

  /** What is told beside where queries and labels are of different modalities. */
  private static final List<Integer> REVERSE = List.of(1, 5, 10);

  private static final String ADVICE =
      "Recall was measured on the built-in emoji queries. Queries of your own make the evidence"
          + " stronger: --data pairs.tsv with "
          + Pairs.FORM
          + ", a hundred or more.";
  private static final String EMOJI = "/io/demitasse/media/emoji/queries.tsv";

  private final Gallery gallery;
  private final Program program;

  private RetrievalTask(Gallery gallery, Program program) {
    this.gallery = gallery;
    this.program = program instanceof EmbeddingOnly ? program : new EmbeddingOnly(program);
  }

  /** The built-in task: 1,025 sets of emoji tags, each to be answered with the emoji's name. */
  public static RetrievalTask emoji(Program program) {
    try (InputStream in = RetrievalTask.class.getResourceAsStream(EMOJI)) {
      if (in == null) {
        throw new IllegalStateException("resource " + EMOJI + " is missing from the media module");
      }
      RetrievalTask task = of(Pairs.read(in, "the built-in emoji queries"), program);
      return new RetrievalTask(
          new Gallery(task.samples().advising(ADVICE), task.gallery.answers()), program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A task of the user's own.
   *
   * @param file lines of a query, a tab and a label
   * @throws DemitasseException (bad request) when the file is not of that form
   */
  public static RetrievalTask of(Path file, Program program) {
    return of(Pairs.read(file), program);
  }

  /** A task over given pairs. */
  public static RetrievalTask of(Pairs pairs, Program program) {
    List<Sample> queries = new ArrayList<>();
    for (Pairs.Pair pair : pairs.pairs()) {
      queries.add(new Sample.Text(pair.id(), pair.query()));
    }
    return new RetrievalTask(
        Gallery.of(Dataset.of(pairs.loaded(), queries), i -> List.of(pairs.pairs().get(i).label())),
        program);
  }

  /** A task that asks for the text of each picture among all texts. */
  public static RetrievalTask of(Captions captions, Program program) {
    List<Captions.Caption> all = captions.captions();
    return new RetrievalTask(
        Gallery.of(captions.samples(), i -> List.of(all.get(i).text())), program);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** All queries, then all different labels. */
  @Override
  public Dataset samples() {
    return gallery.samples();
  }

  @Override
  public Samples calibration() {
    return gallery.calibration();
  }

  /** Queries are divided; all labels stand to choose from in each part, so that it is as hard. */
  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    Map<String, Integer> least = new HashMap<>();
    for (String rate : List.of("recall@10", "recall@1", "mrr")) {
      least.put(rate, request.least(rate, rate.equals("recall@10"), Spread.OF_RATES));
    }
    least.put("cosine", request.least("cosine", false, Spread.OF_COSINES));
    return TaskSplits.of(
        new TaskSplits.Scored(gallery.samples(), gallery.queries(), "queries", _ -> "", least),
        request,
        queries -> new RetrievalTask(gallery.only(queries), program));
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public List<String> metrics() {
    return Stream.concat(
            METRICS.stream(),
            isAcrossModalities()
                ? Stream.concat(
                    Stream.of("recall@5"), REVERSE.stream().map(RetrievalTask::reverseRecall))
                : Stream.of())
        .toList();
  }

  private boolean isAcrossModalities() {
    return samples().get(0) instanceof Sample.File;
  }

  private static String reverseRecall(int among) {
    return "reverse recall@" + among;
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(Embedded::of, this::judged);
  }

  private List<Score> judged(List<Embedded> samples) {
    Embedded.requireOneSize(samples);
    List<Embedded> queries = gallery.ofQueries(samples);
    float[][] asked = Embedded.vectors(queries);
    float[][] labels = Embedded.vectors(gallery.ofTexts(samples));
    Ranks ranks = new Ranks(Ranking.of(asked, labels, gallery.answers()));
    List<Score> scores = new ArrayList<>();
    scores.add(Score.limited("recall@10", ranks.within(10)));
    scores.add(Score.informational("recall@1", ranks.within(1)));
    scores.add(
        Score.informational(
            "mrr", IntStream.of(ranks.places()).mapToDouble(rank -> 1.0 / rank).toArray()));
    scores.add(Score.informational("cosine", Statistic.mean(queries, Embedded::cosine)));
    if (isAcrossModalities()) {
      scores.add(Score.informational("recall@5", ranks.within(5)));
      Ranks reverse = new Ranks(Ranking.ofLabels(asked, labels, gallery.answers()));
      REVERSE.forEach(
          among -> scores.add(Score.informational(reverseRecall(among), reverse.within(among))));
    }
    return scores;
  }
}
