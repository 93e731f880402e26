package io.demitasse.objective;

import java.io.Serializable;

/** How far an output is from what it should be. */
public sealed interface Loss extends Serializable {

  /**
   * Logits against the right class.
   *
   * <p>Targets are whole numbers: one for each row of logits, or for each position where logits
   * have more axes than two; classes lie along the last axis. A target of {@value #IGNORED} does
   * not count, which is how positions of padding are left out.
   *
   * @param smoothing share of the probability that is spread over all classes, at least 0 and below
   *     1 (Szegedy et al., Rethinking the Inception Architecture, CVPR 2016)
   */
  record CrossEntropy(double smoothing) implements Loss {
    public CrossEntropy {
      if (!(smoothing >= 0 && smoothing < 1)) {
        throw new IllegalArgumentException("smoothing is from 0 to below 1, got " + smoothing);
      }
    }
  }

  /** Logits of several yes-or-no answers against 0 and 1, in the shape of the output. */
  record Binary() implements Loss {}

  /** Squared difference, in the shape of the output. */
  record MeanSquaredError() implements Loss {}

  /** One less the cosine of the angle between vectors along the last axis. */
  record Cosine() implements Loss {}

  /**
   * Logits of {@code [rows, steps, symbols]}, or probabilities, against sequences of symbols whose
   * places are not known (Graves et al., Connectionist Temporal Classification, ICML 2006). Targets
   * are {@code [rows, longest]}, filled up with {@value #IGNORED}.
   *
   * @param blank the symbol that stands for none
   * @param probabilities whether the output went through a softmax already
   */
  record Ctc(int blank, boolean probabilities) implements Loss {
    public Ctc {
      if (blank < 0) {
        throw new IllegalArgumentException("a blank is a symbol from 0 on, got " + blank);
      }
    }
  }

  /** A target that does not count. */
  int IGNORED = -100;
}
