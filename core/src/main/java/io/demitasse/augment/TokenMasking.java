package io.demitasse.augment;

import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Tokens that a model of language has to guess: of those that are chosen, 80 % become a mask, 10 %
 * another token, and 10 % stay, so that it looks at all of them (Devlin et al., BERT, NAACL 2019).
 * What they were becomes a target, {@link Loss#IGNORED} in the place of all others.
 *
 * @param target name of the targets, of the same shape
 * @param share of the tokens that is chosen, from 0 to 1; .15 there
 * @param mask the token that stands for one that is not known
 * @param vocabulary how many tokens there are, counted from 0; at least 1
 */
public record TokenMasking(
    TokenInput input, String target, double share, long mask, long vocabulary)
    implements Augmentation {
  private static final double MASKED = .8;
  private static final double REPLACED = .1;

  public TokenMasking {
    Bounds.check("a share", share);
    if (vocabulary < 1) {
      throw new IllegalArgumentException("a vocabulary has at least 1 token, got " + vocabulary);
    }
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    Optional<Tensor> given = input.of(example);
    if (given.isEmpty()) {
      return example;
    }
    long[] tokens = given.get().toLongs();
    boolean[] free = input.free(example);
    long[] targets = new long[tokens.length];
    Arrays.fill(targets, Loss.IGNORED);
    for (int i = 0; i < tokens.length; i++) {
      boolean chosen = random.nextDouble() < share;
      double fate = random.nextDouble();
      long other = random.nextLong(vocabulary);
      if (chosen && free[i]) {
        targets[i] = tokens[i];
        tokens[i] = fate < MASKED ? mask : fate < MASKED + REPLACED ? other : tokens[i];
      }
    }
    long[] sizes = given.get().sizes();
    Map<String, Tensor> all = new LinkedHashMap<>(example.targets());
    all.put(target, Tensor.ofLongs(sizes, targets));
    Batch masked = Inputs.with(example, input.name(), Tensor.ofLongs(sizes, tokens));
    return new Batch(masked.inputs(), all);
  }
}
