package io.demitasse.train;

import io.demitasse.objective.Batch;
import java.util.List;

/** What a model learns from, one by one; may be larger than memory. */
public interface Examples {

  int size();

  /** One of them: inputs and targets whose first axis has one row, or few that belong together. */
  Batch get(int index);

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
