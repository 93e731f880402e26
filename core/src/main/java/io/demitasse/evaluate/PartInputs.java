package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.Cancellation;
import io.demitasse.ir.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What first reaches a part for a sample: a program is run no further than to there.
 *
 * @param part to be reached
 * @param before runs the parts that come before it; null where a program ends at any part, so that
 *     no model is run
 */
public record PartInputs(String part, Program program, Program.@Nullable Parts before) {

  /** What reaches a part before any has run, such as tokens. */
  public static PartInputs ofFirst(String part, Program program) {
    return new PartInputs(part, program, null);
  }

  /** Reads what reaches the part for each of some samples, where anything does. */
  public void read(Samples samples, Consumer<Map<String, Tensor>> reader) {
    for (int i = 0; i < samples.size(); i++) {
      Cancellation.check();
      of(samples.get(i)).ifPresent(reader);
    }
  }

  /** What reaches the part; empty where nothing does. */
  Optional<Map<String, Tensor>> of(Sample sample) {
    Reaching reaching = new Reaching();
    try {
      program.run(sample, reaching);
    } catch (RuntimeException e) {
      // A program may wrap what it is ended by.
      if (!reaching.ended) {
        throw e;
      }
    }
    return Optional.ofNullable(reaching.inputs);
  }

  /** Parts that end a program where it reaches the one. */
  private final class Reaching implements Program.Parts {
    private @Nullable Map<String, Tensor> inputs;
    private boolean ended;

    @Override
    public Map<String, Tensor> run(String name, Map<String, Tensor> given) {
      if (name.equals(part)) {
        inputs = given;
      } else if (before != null) {
        return before.run(name, given);
      }
      ended = true;
      throw new Reached();
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
