package io.demitasse.media.generate;

import io.demitasse.data.Answer;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A text that a model generated token by token, as programs give it and tasks read it: outputs
 * {@value #TEXT}, string {@code [1]}; {@value #TOKENS}, int64 {@code [n]}; and {@value
 * #LOG_PROBABILITIES}, float {@code [n]}.
 *
 * @param text without tokens that are no words, such as the one that ends it
 * @param tokens that were generated, without those of the prompt; whether the one that ends the
 *     text is among them is the program's choice, the same for every sample
 * @param logProbabilities the natural logarithm of the probability of each of these tokens
 */
@SuppressWarnings("ArrayRecordComponent")
public record GeneratedText(String text, long[] tokens, float[] logProbabilities) {
  /** The output that holds the text. */
  public static final String TEXT = "text";

  /** The output that holds the tokens. */
  public static final String TOKENS = "tokens";

  /** The output that holds the logarithms of their probabilities. */
  public static final String LOG_PROBABILITIES = "log-probabilities";

  /** The outputs of a generated text. */
  public static final List<String> NAMES = List.of(TEXT, TOKENS, LOG_PROBABILITIES);

  /** Tokens that an answer is held to: what comes later follows from them. */
  private static final int FIRST = 4;

  /**
   * A text with its tokens.
   *
   * @throws IllegalArgumentException when there are not as many tokens as probabilities
   */
  public GeneratedText {
    if (tokens.length != logProbabilities.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d tokens cannot have the probabilities of %d",
              tokens.length,
              logProbabilities.length));
    }
  }

  /** Whether a program gave a generated text, as far as the names of its outputs tell. */
  public static boolean isIn(Map<String, Tensor> outputs) {
    return outputs.keySet().containsAll(NAMES);
  }

  /**
   * The text among outputs of a program.
   *
   * @throws DemitasseException (bad request) when an output is missing or has another form
   */
  public static GeneratedText of(Map<String, Tensor> outputs) {
    Tensor text = outputs.get(TEXT);
    Tensor tokens = outputs.get(TOKENS);
    Tensor logs = outputs.get(LOG_PROBABILITIES);
    if (text == null
        || tokens == null
        || logs == null
        || text.dataType() != DataType.STRING
        || text.elementCount() != 1
        || tokens.dataType() != DataType.INT64
        || logs.dataType() != DataType.FLOAT
        || tokens.rank() != 1
        || !Arrays.equals(tokens.sizes(), logs.sizes())) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "A generated text is the outputs %s: string[1], %s: int64[n] and %s: float[n], got"
                  + " %s. Use a program that generates text.",
              TEXT,
              TOKENS,
              LOG_PROBABILITIES,
              outputs));
    }
    return new GeneratedText(
        new String(text.strings().getFirst(), StandardCharsets.UTF_8),
        tokens.toLongs(),
        logs.toFloats());
  }

  /**
   * How much another generation stands by the first tokens of this one: the mean of the
   * probabilities it gives them, 0 from the first on that it does not choose.
   */
  public Answer asAnswer() {
    int count = Math.min(FIRST, tokens.length);
    return outputs -> {
      GeneratedText other = of(outputs);
      double sum = 0;
      for (int i = 0; i < count && i < other.tokens.length && other.tokens[i] == tokens[i]; i++) {
        sum += Math.exp(other.logProbabilities[i]);
      }
      return count == 0 ? 0 : sum / count;
    };
  }

  /** The text as outputs of a program. */
  public Map<String, Tensor> asOutputs() {
    long[] sizes = {tokens.length};
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put(
        TEXT, Tensor.ofStrings(new long[] {1}, List.of(text.getBytes(StandardCharsets.UTF_8))));
    outputs.put(TOKENS, Tensor.ofLongs(sizes, tokens));
    outputs.put(LOG_PROBABILITIES, Tensor.ofFloats(sizes, logProbabilities));
    return outputs;
  }
}
