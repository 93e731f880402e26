package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.TaskSplits;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Agreement of embeddings of pictures and of texts with the original's, and of how near they are to
 * each other. Which text belongs to which picture is not asked.
 *
 * <p>Metrics: {@code image cosine}, one value a picture, and {@code text cosine}, one value a text,
 * to the original's embedding, are held by a budget; {@code similarity correlation}, one value a
 * picture: Pearson's correlation of its cosines to all texts with the original's, which is what
 * rankings are made of.
 *
 * @param gallery pictures and texts
 * @param program that embeds both
 */
record EmbeddingAgreement(Gallery gallery, Program program) implements GalleryTask {
  static final String NAME = "embedding-agreement";

  private static final String IMAGE = "image cosine";
  private static final String TEXT = "text cosine";
  private static final String SIMILARITY = "similarity correlation";

  EmbeddingAgreement {
    program = program instanceof EmbeddingOnly ? program : new EmbeddingOnly(program);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    return TaskSplits.of(
        new TaskSplits.Scored(
            samples(),
            gallery.queries(),
            "pictures",
            _ -> "",
            Map.of(IMAGE, request.least(IMAGE, true, Spread.OF_COSINES))),
        request,
        pictures -> new EmbeddingAgreement(gallery.only(pictures), program));
  }

  @Override
  public List<String> metrics() {
    return List.of(IMAGE, TEXT, SIMILARITY);
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(Embedded::of, this::judged);
  }

  private List<Score> judged(List<Embedded> all) {
    Embedded.requireOneSize(all);
    List<Embedded> pictures = gallery.ofQueries(all);
    List<Embedded> texts = gallery.ofTexts(all);
    return List.of(
        Score.limited(IMAGE, Statistic.mean(pictures, Embedded::cosine)),
        Score.limited(TEXT, Statistic.mean(texts, Embedded::cosine)),
        Score.informational(
            SIMILARITY,
            correlations(
                Ranking.cosines(Embedded.vectors(pictures), Embedded.vectors(texts)),
                Ranking.cosines(Embedded.originals(pictures), Embedded.originals(texts)))));
  }

  private static double[] correlations(double[][] cosines, double[][] original) {
    return IntStream.range(0, cosines.length)
        .mapToDouble(i -> correlation(cosines[i], original[i]))
        .toArray();
  }

  /** 1 for equal numbers, 0 where either does not vary or is not finite. */
  private static double correlation(double[] one, double[] other) {
    if (Arrays.equals(one, other)) {
      return 1;
    }
    double mean = Arrays.stream(one).average().orElse(0);
    double otherMean = Arrays.stream(other).average().orElse(0);
    double product = 0;
    double squares = 0;
    double otherSquares = 0;
    for (int i = 0; i < one.length; i++) {
      product += (one[i] - mean) * (other[i] - otherMean);
      squares += (one[i] - mean) * (one[i] - mean);
      otherSquares += (other[i] - otherMean) * (other[i] - otherMean);
    }
    double correlation = product / Math.sqrt(squares * otherSquares);
    return Double.isFinite(correlation) ? Math.clamp(correlation, -1, 1) : 0;
  }
}
