package io.demitasse.passes.tune;

import io.demitasse.augment.Augmentation;
import io.demitasse.objective.Term;
import java.util.List;

/**
 * What a model is to learn.
 *
 * @param terms of the objective
 * @param learned what examples go through before anything is learned from them, in each epoch anew
 * @param judged what those go through that judge: the same in each judgement
 */
record Lesson(List<Term> terms, Augmentation learned, Augmentation judged) {
  Lesson {
    terms = List.copyOf(terms);
  }

  /** From varied examples, judged by those that are not. */
  static Lesson of(List<Term> terms, Augmentation augmentation) {
    return new Lesson(terms, augmentation, Augmentation.NONE);
  }
}
