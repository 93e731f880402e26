package io.demitasse.augment;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Some tokens replaced by one that says nothing (Iyyer et al., Deep Unordered Composition Rivals
 * Syntactic Methods for Text Classification, ACL 2015).
 *
 * @param input name of the tokens, {@code int64[N,T]}
 * @param share of the tokens, from 0 to 1
 * @param replacement such as the unknown token, or that of padding
 * @param kept tokens that are never replaced, such as those that begin and end a text, and padding
 */
public record WordDropout(String input, double share, long replacement, Set<Long> kept)
    implements Augmentation {
  public WordDropout {
    Bounds.check("a share", share);
    kept = Set.copyOf(kept);
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    Optional<Tensor> input = Inputs.of(example, this.input, DataType.INT64, 1);
    if (input.isEmpty()) {
      return example;
    }
    long[] tokens = input.get().toLongs();
    for (int i = 0; i < tokens.length; i++) {
      // Drawn for each, so that which others are kept does not decide about a token.
      boolean dropped = random.nextDouble() < share;
      if (dropped && !kept.contains(tokens[i])) {
        tokens[i] = replacement;
      }
    }
    return Inputs.with(example, this.input, Tensor.ofLongs(input.get().sizes(), tokens));
  }
}
