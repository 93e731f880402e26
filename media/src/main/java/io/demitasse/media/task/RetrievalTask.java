package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.Captions;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.LoadedSamples;
import io.demitasse.media.data.Pairs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
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

  private final Dataset samples;
  private final int[] answers;
  private final Program program;

  /** Samples are all queries, then all different labels; answers are indices into the labels. */
  private RetrievalTask(Dataset samples, int[] answers, Program program) {
    this.samples = samples;
    this.answers = answers;
    this.program = program instanceof EmbeddingOnly ? program : new EmbeddingOnly(program);
  }

  /** The built-in task: 1,025 sets of emoji tags, each to be answered with the emoji's name. */
  public static RetrievalTask emoji(Program program) {
    try (InputStream in = RetrievalTask.class.getResourceAsStream(EMOJI)) {
      if (in == null) {
        throw new IllegalStateException("resource " + EMOJI + " is missing from the media module");
      }
      RetrievalTask task = of(Pairs.read(in, "the built-in emoji queries"), program);
      return new RetrievalTask(task.samples.advising(ADVICE), task.answers, program);
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
    List<String> labels = new ArrayList<>();
    for (Pairs.Pair pair : pairs.pairs()) {
      queries.add(new Sample.Text(pair.id(), pair.query()));
      labels.add(pair.label());
    }
    return of(pairs.loaded(), queries, labels, _ -> Optional.empty(), program);
  }

  /** A task that asks for the text of each picture among all texts. */
  public static RetrievalTask of(Captions captions, Program program) {
    List<Sample> queries = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (Captions.Caption caption : captions.captions()) {
      queries.add(new Sample.File(caption.id(), caption.picture()));
      labels.add(caption.text());
    }
    List<Captions.Caption> all = captions.captions();
    return of(
        captions.loaded(),
        queries,
        labels,
        i -> i < all.size() ? all.get(i).declared() : Optional.empty(),
        program);
  }

  private static RetrievalTask of(
      LoadedSamples loaded,
      List<Sample> queries,
      List<String> labels,
      IntFunction<Optional<Split>> splits,
      Program program) {
    Map<String, Integer> places = new LinkedHashMap<>();
    int[] answers = new int[queries.size()];
    for (int query = 0; query < answers.length; query++) {
      String label = labels.get(query);
      places.putIfAbsent(label, places.size());
      answers[query] = places.get(label);
    }
    List<Sample> samples = new ArrayList<>(queries);
    places.keySet().forEach(label -> samples.add(new Sample.Text("label '" + label + "'", label)));
    return new RetrievalTask(Dataset.of(loaded, samples).declaring(splits), answers, program);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** All queries, then all different labels. */
  @Override
  public Dataset samples() {
    return samples;
  }

  /**
   * Queries, then as many labels: so that a choice spread evenly over them runs every part, however
   * few labels there are.
   */
  @Override
  public Samples calibration() {
    int labels = samples.size() - answers.length;
    return new Dataset(
        samples.loaded(),
        2 * answers.length,
        i ->
            samples.get(
                i < answers.length
                    ? i
                    : answers.length
                        + (int) ((long) (i - answers.length) * labels / answers.length)));
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
        new TaskSplits.Scored(samples, answers.length, "queries", _ -> "", least),
        request,
        this::only);
  }

  private Task only(List<Integer> queries) {
    List<Integer> kept = new ArrayList<>(queries);
    IntStream.range(answers.length, samples.size()).forEach(kept::add);
    Dataset some = new Dataset(samples.loaded(), kept.size(), i -> samples.get(kept.get(i)));
    return new RetrievalTask(
        some, queries.stream().mapToInt(query -> answers[query]).toArray(), program);
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
    return samples.get(0) instanceof Sample.File;
  }

  private static String reverseRecall(int among) {
    return "reverse recall@" + among;
  }

  /**
   * What is kept of a query or a label.
   *
   * @param cosine of the vector to the original's
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Embedded(float[] vector, double cosine) {}

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(RetrievalTask::embedded, this::judged);
  }

  private static Embedded embedded(
      int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    float[] vector = embedding(outputs);
    return new Embedded(vector, Similarity.cosine(vector, embedding(reference)));
  }

  private List<Score> judged(List<Embedded> samples) {
    requireOneSize(samples);
    List<Embedded> queries = samples.subList(0, answers.length);
    float[][] asked = vectors(queries);
    float[][] labels = vectors(samples.subList(answers.length, samples.size()));
    int[] ranks = Ranking.of(asked, labels, answers);
    List<Score> scores = new ArrayList<>();
    scores.add(Score.limited("recall@10", within(ranks, 10)));
    scores.add(Score.informational("recall@1", within(ranks, 1)));
    scores.add(Score.informational("mrr", perQuery(query -> 1.0 / ranks[query])));
    scores.add(Score.informational("cosine", Statistic.mean(queries, Embedded::cosine)));
    if (isAcrossModalities()) {
      scores.add(Score.informational("recall@5", within(ranks, 5)));
      int[] reverse = Ranking.ofLabels(asked, labels, answers);
      REVERSE.forEach(
          among -> scores.add(Score.informational(reverseRecall(among), within(reverse, among))));
    }
    return scores;
  }

  private static double[] within(int[] ranks, int among) {
    return IntStream.of(ranks).mapToDouble(rank -> rank <= among ? 1 : 0).toArray();
  }

  private double[] perQuery(IntToDoubleFunction value) {
    return IntStream.range(0, answers.length).mapToDouble(value).toArray();
  }

  private static float[][] vectors(List<Embedded> samples) {
    return samples.stream().map(Embedded::vector).toArray(float[][]::new);
  }

  private static void requireOneSize(List<Embedded> samples) {
    int size = samples.getFirst().vector().length;
    for (Embedded sample : samples) {
      if (sample.vector().length != size) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "Queries and labels must have embeddings of one size to be compared, got %d and"
                    + " %d.",
                size,
                sample.vector().length));
      }
    }
  }

  private static float[] embedding(Map<String, Tensor> outputs) {
    return EmbeddingOnly.required(
            outputs, "Retrieval needs an embedding, a float output [B,S,H] of a text encoder")
        .toFloats();
  }
}
