package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A program of whose scores of all tokens only those of the tokens that come next are kept: output
 * {@value #OUTPUT}, float {@code [N]}, the logarithm of the probability of each token but the
 * first, in nats. Padding is left out.
 *
 * @param logits the output {@code [1, tokens, vocabulary]}
 */
record TokenLikelihoods(Program program, String logits) implements ForwardingProgram {
  static final String OUTPUT = "log likelihood";

  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";

  @Override
  public Program on(Program other) {
    return new TokenLikelihoods(other, logits);
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    AtomicReference<Map<String, Tensor>> given = new AtomicReference<>(new HashMap<>());
    Map<String, Tensor> outputs =
        program.run(
            sample,
            (part, inputs) -> {
              given.set(inputs);
              return parts.run(part, inputs);
            });
    Tensor scores = Outputs.require(outputs, logits);
    Tensor ids = given.get().get(IDS);
    if (ids == null
        || ids.rank() != 2
        || scores.rank() != 3
        || ids.size(0) != 1
        || scores.size(0) != 1
        || scores.size(1) != ids.size(1)) {
      throw DemitasseException.badRequest(
          "Language modeling needs a score of each token at each position, but for input_ids "
              + ids
              + " the model gives "
              + logits
              + ": "
              + scores
              + ".");
    }
    return Map.of(OUTPUT, likelihoods(scores, ids, given.get().get(MASK)));
  }

  private static Tensor likelihoods(Tensor scores, Tensor ids, @Nullable Tensor mask) {
    long[] tokens = ids.toLongs();
    long[] read = mask == null ? tokens : mask.toLongs();
    int vocabulary = Math.toIntExact(scores.size(-1));
    float[] found = new float[tokens.length];
    int count = 0;
    for (int i = 0; i + 1 < tokens.length; i++) {
      if (mask == null || (read[i] != 0 && read[i + 1] != 0)) {
        found[count++] =
            likelihood(scores.toFloats((long) i * vocabulary, vocabulary), tokens[i + 1]);
      }
    }
    return Tensor.ofFloats(new long[] {count}, java.util.Arrays.copyOf(found, count));
  }

  /** What is no number, or beyond the vocabulary, is not likely at all. */
  private static float likelihood(float[] scores, long token) {
    int largest = Classes.largest(scores);
    if (largest < 0 || token < 0 || token >= scores.length) {
      return Float.NEGATIVE_INFINITY;
    }
    double sum = Classes.sumOfExponentials(scores, largest);
    return (float) ((double) scores[(int) token] - scores[largest] - Math.log(sum));
  }
}
