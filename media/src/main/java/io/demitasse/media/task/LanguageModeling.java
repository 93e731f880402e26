package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.text.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which token comes next in a text.
 *
 * <p>Metrics, of all tokens of all texts together: {@code log likelihood}, the mean logarithm of
 * the probability that the model gives to what comes next, in nats, which a budget holds: a
 * hundredth of a nat is one percent of perplexity; {@code negative perplexity}, minus the
 * exponential of the negative of that.
 *
 * @param output float {@code [1, tokens, vocabulary]}
 */
record LanguageModeling(String output, TextTokenizer tokenizer)
    implements Judgment<LanguageModeling.Read> {
  static final String NAME = "language-modeling";

  private static final String LIKELIHOOD = "log likelihood";
  private static final String PERPLEXITY = "negative perplexity";

  /** The sum over the tokens of a text, and how many these are. */
  record Read(double likelihood, int tokens) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return List.of(LIKELIHOOD, PERPLEXITY);
  }

  @Override
  public Read judged(Sample sample, Map<String, Tensor> outputs) {
    float[] likelihoods = Outputs.require(outputs, TokenLikelihoods.OUTPUT).toFloats();
    double sum = 0;
    for (float each : likelihoods) {
      sum += each;
    }
    return new Read(sum, likelihoods.length);
  }

  @Override
  public List<Score> scores(List<Read> records) {
    return List.of(
        Score.limited(LIKELIHOOD, Statistic.of(records, LanguageModeling::mean)),
        Score.informational(PERPLEXITY, Statistic.of(records, drawn -> -Math.exp(-mean(drawn)))));
  }

  private static double mean(List<Read> records) {
    double sum = 0;
    long tokens = 0;
    for (Read each : records) {
      sum += each.likelihood();
      tokens += each.tokens();
    }
    return tokens == 0 ? Double.NaN : sum / tokens;
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(LIKELIHOOD, request.least(LIKELIHOOD, true, Spread.OF_LIKELIHOODS));
  }

  @Override
  public Optional<Supervision> supervision() {
    return Optional.of(Supervision.of(output, Supervision.Kind.TOKENS, this::target));
  }

  /** At each position the token that comes next. */
  private Tensor target(Sample sample) {
    if (!(sample instanceof Sample.Text text)) {
      throw DemitasseException.badRequest("Sample " + sample.id() + " is no text.");
    }
    Tokens tokens = tokenizer.encode(text.text());
    long[] ids = tokens.inputIds().toLongs();
    long[] mask = tokens.attentionMask().toLongs();
    long[] target = new long[ids.length];
    Arrays.fill(target, Supervision.NOTHING_ASKED);
    for (int i = 0; i + 1 < ids.length; i++) {
      if (mask[i] != 0 && mask[i + 1] != 0) {
        target[i] = ids[i + 1];
      }
    }
    return Tensor.ofLongs(new long[] {1, ids.length}, target);
  }
}
