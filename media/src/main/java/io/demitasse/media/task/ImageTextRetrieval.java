package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.media.metric.Ranks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds the captions of a picture among all captions, and the picture of a caption among all
 * pictures, by the cosine of their embeddings: as {@link RetrievalTask} does, of pictures that may
 * have several captions each.
 *
 * <p>Metrics: {@code recall@1}, {@code @5} and {@code @10}, one value a picture, 1 when one of its
 * captions is among the nearest; {@code reverse recall@1}, {@code @5} and {@code @10}, one value a
 * caption; those at 10 are held by a budget. {@code negative median rank} and {@code negative
 * reverse median rank}. In a part of a division all captions stay to choose from, and the pictures
 * are those of the part.
 *
 * @param gallery pictures and their captions
 * @param program that embeds both
 */
record ImageTextRetrieval(Gallery gallery, Program program) implements GalleryTask {
  static final String NAME = "image-text-retrieval";

  private static final List<Integer> FIRST = List.of(1, 5, 10);

  /** Of which a budget holds the recall. */
  private static final int LIMITED = 10;

  private static final String REVERSE = "reverse ";

  ImageTextRetrieval {
    program = program instanceof EmbeddingOnly ? program : new EmbeddingOnly(program);
  }

  @Override
  public String name() {
    return NAME;
  }

  private static String recall(int first) {
    return "recall@" + first;
  }

  private static String median(String way) {
    return "negative " + way + "median rank";
  }

  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    Map<String, Integer> least = new HashMap<>();
    for (int first : FIRST) {
      least.put(recall(first), request.least(recall(first), first == LIMITED, Spread.OF_RATES));
    }
    return TaskSplits.of(
        new TaskSplits.Scored(samples(), gallery.queries(), "pictures", _ -> "", least),
        request,
        pictures -> new ImageTextRetrieval(gallery.only(pictures), program));
  }

  @Override
  public List<String> metrics() {
    List<String> metrics = new ArrayList<>();
    for (String way : List.of("", REVERSE)) {
      FIRST.forEach(first -> metrics.add(way + recall(first)));
      metrics.add(median(way));
    }
    return metrics;
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(Embedded::of, this::judged);
  }

  private List<Score> judged(List<Embedded> all) {
    Embedded.requireOneSize(all);
    float[][] pictures = Embedded.vectors(gallery.ofQueries(all));
    float[][] captions = Embedded.vectors(gallery.ofTexts(all));
    List<Score> scores =
        new ArrayList<>(scores("", Ranking.of(pictures, captions, gallery.answers())));
    scores.addAll(scores(REVERSE, Ranking.ofLabels(pictures, captions, gallery.answers())));
    return scores;
  }

  private static List<Score> scores(String way, int[] places) {
    Ranks ranks = new Ranks(places);
    List<Score> scores = new ArrayList<>();
    for (int first : FIRST) {
      Statistic recall = Statistic.mean(ranks.within(first));
      scores.add(new Score(way + recall(first), recall, first == LIMITED));
    }
    scores.add(
        Score.informational(
            median(way),
            Statistic.of(
                IntStream.of(places).boxed().toList(),
                drawn ->
                    -new Ranks(drawn.stream().mapToInt(Integer::intValue).toArray()).median())));
    return scores;
  }
}
