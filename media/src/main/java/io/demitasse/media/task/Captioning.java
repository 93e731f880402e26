package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.generate.GeneratedText;
import io.demitasse.media.metric.Bleu;
import io.demitasse.media.metric.CiderD;
import io.demitasse.media.metric.ExactMatch;
import io.demitasse.media.metric.RougeL;
import io.demitasse.media.metric.TextNormalization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a picture shows, in a sentence.
 *
 * <p>Metrics: {@code cider}, CIDEr-D of 0 to 10, is held by a budget. {@code bleu-4}, of all
 * samples together; {@code rouge-l}; {@code exact}, the share of captions that are a right one.
 * Words are compared in lower case, without punctuation.
 *
 * @param cider knows how often words stand in captions of all samples, so that some of them are
 *     judged as all are
 */
record Captioning(CiderD cider) implements Judgment<Captioning.Caption> {
  static final String NAME = "captioning";

  private static final String CIDER = "cider";
  private static final String BLEU = "bleu-4";
  private static final String ROUGE = "rouge-l";
  private static final String EXACT = "exact";
  private static final TextNormalization COMPARED = TextNormalization.BASIC;

  /** How good a caption is. */
  record Caption(double cider, Bleu bleu, double rouge, boolean exact) {}

  /** Judges by captions of samples that all have some. */
  static Captioning of(Samples samples) {
    return new Captioning(
        new CiderD(
            IntStream.range(0, samples.size()).mapToObj(i -> truth(samples.get(i))).toList()));
  }

  private static List<List<String>> truth(Sample sample) {
    return sample.fields().texts(Role.TEXT.field()).stream()
        .map(COMPARED::words)
        .filter(words -> !words.isEmpty())
        .toList();
  }

  /** Why a sample cannot be judged. */
  static Optional<String> problem(Sample sample) {
    return truth(sample).isEmpty()
        ? Optional.of(
            sample.fields().texts(Role.TEXT.field()).isEmpty()
                ? "has no caption"
                : "has a caption without words")
        : Optional.empty();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return List.of(CIDER, BLEU, ROUGE, EXACT);
  }

  @Override
  public Caption judged(Sample sample, Map<String, Tensor> outputs) {
    String caption = GeneratedText.of(outputs).text();
    List<String> said = COMPARED.words(caption);
    List<List<String>> truth = truth(sample);
    return new Caption(
        cider.of(said, truth),
        Bleu.of(said, truth),
        RougeL.of(said, truth),
        ExactMatch.of(caption, sample.fields().texts(Role.TEXT.field()), COMPARED));
  }

  @Override
  public List<Score> scores(List<Caption> records) {
    return List.of(
        Score.limited(CIDER, Statistic.mean(records, Caption::cider)),
        Score.informational(
            BLEU, Statistic.of(records, all -> Bleu.of(all.stream().map(Caption::bleu).toList()))),
        Score.informational(ROUGE, Statistic.mean(records, Caption::rouge)),
        Score.informational(EXACT, Statistic.mean(records, each -> each.exact() ? 1 : 0)));
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(CIDER, request.least(CIDER, true, Spread.OF_CAPTIONS));
  }

  @Override
  public boolean isOfTexts() {
    return true;
  }

  /** Of several right captions the first is shown. */
  @Override
  public Wording worded(Sample sample, Map<String, Tensor> outputs) {
    return new Wording(
        "",
        GeneratedText.of(outputs).text(),
        sample.fields().texts(Role.TEXT.field()).getFirst(),
        judged(sample, outputs).cider());
  }
}
