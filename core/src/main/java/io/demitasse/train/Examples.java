package io.demitasse.train;

import io.demitasse.augment.Augmentation;
import io.demitasse.objective.Batch;
import java.util.List;

/** What a model learns from, one by one; may be larger than memory. */
public interface Examples {

  int size();

  /** One of them: inputs and targets whose first axis has one row, or few that belong together. */
  Batch get(int index);

  /**
   * The same as it is seen in one pass over all of them: always the same there, another elsewhere
   * where examples are varied.
   *
   * @param epoch from 0 on
   */
  default Batch get(int index, long epoch) {
    return get(index);
  }

  /**
   * These examples, varied in each epoch anew.
   *
   * @param seed of what is random; the same gives the same examples, in whatever order they are
   *     asked for
   */
  default Examples varied(Augmentation augmentation, long seed) {
    return new VariedExamples(this, augmentation, seed);
  }

  /**
   * These examples with sequences filled up to few lengths, so that more of them are computed at
   * once. Those without the mask stay as they are.
   *
   * @param mask name of the input that is 0 where a position does not count, {@code [rows, length]}
   * @param multiple what lengths are multiples of; at least 1
   */
  default Examples padded(String mask, int multiple) {
    return new PaddedExamples(this, mask, multiple);
  }

  static Examples of(List<Batch> examples) {
    List<Batch> all = List.copyOf(examples);
    return new Examples() {
      @Override
      public int size() {
        return all.size();
      }

      @Override
      public Batch get(int index) {
        return all.get(index);
      }
    };
  }
}
