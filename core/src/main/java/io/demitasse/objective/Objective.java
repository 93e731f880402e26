package io.demitasse.objective;

import java.io.Serializable;
import java.util.List;

/**
 * What is made as small as possible: a sum of terms, each with its weight.
 *
 * @param terms at least one; what is told of those of one {@link Term#name} is their sum
 */
public record Objective(List<Term> terms) implements Serializable {
  public Objective {
    terms = List.copyOf(terms);
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("an objective has at least 1 term, got none");
    }
  }

  public static Objective of(Term... terms) {
    return new Objective(List.of(terms));
  }
}
