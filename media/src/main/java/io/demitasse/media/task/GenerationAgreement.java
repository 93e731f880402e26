package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.generate.GeneratedText;
import io.demitasse.media.metric.Edits;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Agreement of generated texts with the original's: no labels are needed.
 *
 * <p>Metrics: {@code token agreement}, one minus the edits between the tokens over the longer of
 * both, is held by a budget; {@code same text}, the share of samples with equal texts; {@code
 * negative log-probability difference}, in nats: the mean over tokens of how far their
 * probabilities' logarithms are apart, up to the first token that differs, behind which a model is
 * asked for something else.
 *
 * @param program that generates texts
 */
record GenerationAgreement(Samples samples, Program program) implements Task {
  static final String NAME = "generation-agreement";

  private static final String TOKENS = "token agreement";
  private static final String TEXT = "same text";
  private static final String LOG_PROBABILITY = "negative log-probability difference";

  /** What a probability that is not a number is off by, in nats. */
  private static final double FAR = 100;

  /**
   * What is kept of a sample.
   *
   * @param common tokens before the first that differs
   * @param apart how far the logarithms of their probabilities are apart, in all
   */
  private record Agreed(String before, String after, double tokens, int common, double apart) {
    static Agreed of(GeneratedText before, GeneratedText after) {
      int longer = Math.max(before.tokens().length, after.tokens().length);
      int edits = Edits.of(before.tokens(), after.tokens()).total();
      int common = 0;
      double apart = 0;
      while (common < Math.min(before.tokens().length, after.tokens().length)
          && before.tokens()[common] == after.tokens()[common]) {
        apart += apart(before.logProbabilities()[common], after.logProbabilities()[common]);
        common++;
      }
      return new Agreed(
          before.text(),
          after.text(),
          longer == 0 ? 1 : 1 - (double) edits / longer,
          common,
          apart);
    }

    private static double apart(float one, float other) {
      double apart = Float.compare(one, other) == 0 ? 0 : Math.abs((double) one - other);
      return apart <= FAR ? apart : FAR;
    }

    boolean isSame() {
      return before.equals(after);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return List.of(TOKENS, TEXT, LOG_PROBABILITY);
  }

  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    return TaskSplits.of(
        new TaskSplits.Scored(
            samples,
            samples.size(),
            "samples",
            _ -> "",
            Map.of(
                TOKENS, request.least(TOKENS, true, Spread.OF_WORDS),
                TEXT, request.least(TEXT, false, Spread.OF_RATES))),
        request,
        places -> new GenerationAgreement(samples.only(places), program));
  }

  private static Agreed agreed(
      int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    return Agreed.of(GeneratedText.of(reference), GeneratedText.of(outputs));
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(GenerationAgreement::agreed, GenerationAgreement::judged);
  }

  private static List<Score> judged(List<Agreed> all) {
    return List.of(
        Score.limited(TOKENS, Statistic.mean(all, Agreed::tokens)),
        Score.informational(TEXT, Statistic.mean(all, each -> each.isSame() ? 1 : 0)),
        Score.informational(LOG_PROBABILITY, Statistic.of(all, GenerationAgreement::apart)));
  }

  private static double apart(List<Agreed> all) {
    double apart = all.stream().mapToDouble(Agreed::apart).sum();
    return -apart / all.stream().mapToInt(Agreed::common).sum();
  }

  @Override
  public Optional<Review<?, List<Difference>>> differences(int limit) {
    return Optional.of(new Review<>(GenerationAgreement::agreed, all -> differences(all, limit)));
  }

  private List<Difference> differences(List<Agreed> all, int limit) {
    return IntStream.range(0, all.size())
        .boxed()
        .filter(i -> !all.get(i).isSame())
        .sorted(Comparator.comparingDouble(i -> all.get(i).tokens()))
        .limit(limit)
        .map(i -> difference(samples.get(i), all.get(i)))
        .toList();
  }

  private static Difference difference(Sample sample, Agreed agreed) {
    String content =
        switch (sample) {
          case Sample.Text text -> text.text();
          case Sample.File file -> String.valueOf(file.path().getFileName());
          case Sample.Tensors _ -> "";
        };
    return new Difference(
        sample.id(), content, agreed.before(), agreed.after(), TOKENS, agreed.tokens());
  }
}
