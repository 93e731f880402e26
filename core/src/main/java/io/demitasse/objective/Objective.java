package io.demitasse.objective;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is made as small as possible: a sum of terms, each with its weight.
 *
 * @param terms at least one; names are given by {@link Term#name} and the place
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

  /** The names of the models that it learns from. */
  public Set<String> teachers() {
    return terms.stream()
        .filter(Term.Taught.class::isInstance)
        .map(term -> ((Term.Taught) term).teacher())
        .collect(Collectors.toUnmodifiableSet());
  }
}
