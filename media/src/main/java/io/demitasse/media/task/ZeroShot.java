package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.Dataset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which class a picture is of, told by the text that is nearest to it: the classes' names in a
 * sentence, such as "a photo of a cup" (Radford et al., "Learning Transferable Visual Models From
 * Natural Language Supervision", ICML 2021).
 *
 * <p>Metrics are those of {@link Classification} but for {@code calibration}: cosines are no
 * probabilities.
 *
 * @param gallery pictures and the sentences of all classes, in the order of the classes
 * @param classification judges cosines
 * @param program that embeds both
 */
record ZeroShot(Gallery gallery, Classification classification, Program program)
    implements GalleryTask {
  static final String NAME = "zero-shot";

  /** What stands for the name of a class in a template. */
  static final String PLACE = "{}";

  /** The usual sentence. */
  static final String TEMPLATE = "a photo of a " + PLACE;

  private static final String COSINES = "cosines";

  ZeroShot {
    program = program instanceof EmbeddingOnly ? program : new EmbeddingOnly(program);
  }

  /**
   * A task of pictures that all have a label.
   *
   * @param template has {@value #PLACE} for the name of a class, whose underscores are spaces there
   */
  static ZeroShot of(Dataset pictures, Set<String> labels, String template, Program program) {
    Map<String, Integer> places = new LinkedHashMap<>();
    Map<String, Integer> byLabel = new LinkedHashMap<>();
    for (String label : labels) {
      String sentence = template.replace(PLACE, label.replace('_', ' '));
      places.putIfAbsent(sentence, places.size());
      byLabel.put(label, Objects.requireNonNull(places.get(sentence)));
    }
    List<String> sentences = List.copyOf(places.keySet());
    return new ZeroShot(
        Gallery.of(pictures, _ -> sentences),
        new Classification(COSINES, sentences.size(), byLabel),
        program);
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
            i -> classification.group(samples().get(i)),
            classification.least(request)),
        request,
        pictures -> new ZeroShot(gallery.only(pictures), classification, program));
  }

  @Override
  public List<String> metrics() {
    return classification.metrics().stream()
        .filter(metric -> !metric.equals(Classification.CALIBRATION))
        .toList();
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(
        Embedded::of,
        all ->
            classification.scores(said(all, Embedded.vectors(all))).stream()
                .filter(score -> !score.metric().equals(Classification.CALIBRATION))
                .toList());
  }

  @Override
  public Optional<Review<?, Confusion>> confusion() {
    return Optional.of(
        new Review<>(
            Embedded::of,
            all ->
                classification
                    .confusion(said(all, Embedded.originals(all)), said(all, Embedded.vectors(all)))
                    .orElse(Confusion.NONE)));
  }

  /** The classes that are nearest to pictures. */
  private List<Classification.Said> said(List<Embedded> all, float[][] vectors) {
    Embedded.requireOneSize(all);
    List<float[]> each = List.of(vectors);
    double[][] cosines =
        Ranking.cosines(
            gallery.ofQueries(each).toArray(float[][]::new),
            gallery.ofTexts(each).toArray(float[][]::new));
    return IntStream.range(0, cosines.length)
        .mapToObj(i -> judged(samples().get(i), cosines[i]))
        .toList();
  }

  private Classification.Said judged(Sample picture, double[] cosines) {
    float[] scores = new float[cosines.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) cosines[i];
    }
    return classification.judged(
        picture, Map.of(COSINES, Tensor.ofFloats(new long[] {1, scores.length}, scores)));
  }
}
