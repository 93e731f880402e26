package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.generate.GeneratedText;
import io.demitasse.media.metric.ErrorRate;
import io.demitasse.media.metric.TextNormalization;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is said in a sound.
 *
 * <p>Metrics: {@code word accuracy}, one minus the word error rate of all samples together, is held
 * by a budget; it is below 0 where more is wrong than was said. {@code character accuracy}, the
 * same of characters; {@code exact}, the share of samples without an error.
 *
 * @param normalization how transcripts are made alike
 */
record SpeechRecognition(TextNormalization normalization)
    implements Judgment<SpeechRecognition.Heard> {
  static final String NAME = "speech";

  private static final String WORDS = "word accuracy";
  private static final String CHARACTERS = "character accuracy";
  private static final String EXACT = "exact";

  /** What is wrong in a transcript. */
  record Heard(ErrorRate words, ErrorRate characters) {
    private boolean isExact() {
      return words.edits().total() == 0;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return List.of(WORDS, CHARACTERS, EXACT);
  }

  /** Why a sample cannot be judged. */
  Optional<String> problem(Sample sample) {
    List<String> transcripts = sample.fields().texts(Role.TEXT.field());
    if (transcripts.size() > 1) {
      return Optional.of("has " + transcripts.size() + " transcripts, expected one");
    }
    return transcripts.isEmpty()
        ? Optional.of("has no transcript")
        : normalization.of(transcripts.getFirst()).isEmpty()
            ? Optional.of("has a transcript without words: '" + transcripts.getFirst() + "'")
            : Optional.empty();
  }

  private static String truth(Sample sample) {
    return sample.fields().text(Role.TEXT.field()).orElseThrow();
  }

  @Override
  public Heard judged(Sample sample, Map<String, Tensor> outputs) {
    String truth = truth(sample);
    String said = GeneratedText.of(outputs).text();
    return new Heard(
        ErrorRate.ofWords(truth, said, normalization),
        ErrorRate.ofCharacters(truth, said, normalization));
  }

  @Override
  public List<Score> scores(List<Heard> records) {
    return List.of(
        Score.limited(
            WORDS,
            Statistic.of(
                records, all -> 1 - ErrorRate.of(all.stream().map(Heard::words).toList()))),
        Score.informational(
            CHARACTERS,
            Statistic.of(
                records, all -> 1 - ErrorRate.of(all.stream().map(Heard::characters).toList()))),
        Score.informational(EXACT, Statistic.mean(records, each -> each.isExact() ? 1 : 0)));
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(WORDS, request.least(WORDS, true, Spread.OF_WORDS));
  }

  @Override
  public boolean isOfTexts() {
    return true;
  }

  @Override
  public Wording worded(Sample sample, Map<String, Tensor> outputs) {
    return new Wording(
        "",
        GeneratedText.of(outputs).text(),
        truth(sample),
        1 - judged(sample, outputs).words().value());
  }
}
