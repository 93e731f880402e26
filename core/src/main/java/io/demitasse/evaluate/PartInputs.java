package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.Cancellation;
import io.demitasse.ir.Tensor;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a program gives to a part before any part has run, such as tokens: no model is run for it.
 *
 * @param part to be reached
 */
public record PartInputs(String part, Program program) {

  /**
   * Reads what first reaches the part for each of some samples, where no other part comes first.
   */
  public void read(Samples samples, Consumer<Map<String, Tensor>> reader) {
    for (int i = 0; i < samples.size(); i++) {
      Cancellation.check();
      read(samples.get(i), reader);
    }
  }

  private void read(Sample sample, Consumer<Map<String, Tensor>> reader) {
    boolean[] reached = {false};
    try {
      program.run(
          sample,
          (ran, inputs) -> {
            if (ran.equals(part) && !reached[0]) {
              reader.accept(inputs);
            }
            reached[0] = true;
            throw new Reached();
          });
    } catch (RuntimeException e) {
      // A program may wrap what it is ended by.
      if (!reached[0]) {
        throw e;
      }
    }
  }

  /** Ends a program. */
  private static final class Reached extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Reached() {
      super("a part was reached", null, false, false);
    }
  }
}
