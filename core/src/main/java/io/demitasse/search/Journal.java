package io.demitasse.search;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Remembers what was measured, so that a search that was cut short goes on where it was: a search
 * is a function of the answers to its questions, so with the same answers it comes to the same
 * result.
 */
public interface Journal {

  /** Remembers nothing. */
  Journal NONE =
      new Journal() {
        @Override
        public <T> T answer(Question<T> question, Supplier<T> measurement) {
          return measurement.get();
        }

        @Override
        public void decided(Key key, Candidate candidate) {
          // Nobody will ask.
        }
      };

  /** The remembered answer, or the one that is measured now and remembered from then on. */
  <T> T answer(Question<T> question, Supplier<T> measurement);

  /** Where tensors are kept that steps find out; empty where nothing outlives the run. */
  default Optional<Path> folder() {
    return Optional.empty();
  }

  /**
   * Takes down what became of a candidate.
   *
   * @param key of what it is; of its parent where it came to nothing
   */
  void decided(Key key, Candidate candidate);
}
