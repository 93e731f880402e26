package io.demitasse.augment;

import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Some tokens replaced by one that says nothing (Iyyer et al., Deep Unordered Composition Rivals
 * Syntactic Methods for Text Classification, ACL 2015).
 *
 * @param share of the tokens, from 0 to 1
 * @param replacement such as the unknown token, or that of padding
 */
public record WordDropout(TokenInput input, double share, long replacement)
    implements Augmentation {
  public WordDropout {
    Bounds.check("a share", share);
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    Optional<Tensor> given = input.of(example);
    if (given.isEmpty()) {
      return example;
    }
    long[] tokens = given.get().toLongs();
    boolean[] free = input.free(example);
    for (int i = 0; i < tokens.length; i++) {
      // Drawn for each, so that which others are kept does not decide about a token.
      boolean dropped = random.nextDouble() < share;
      if (dropped && free[i]) {
        tokens[i] = replacement;
      }
    }
    return Inputs.with(example, input.name(), Tensor.ofLongs(given.get().sizes(), tokens));
  }
}
