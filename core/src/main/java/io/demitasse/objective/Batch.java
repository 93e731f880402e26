package io.demitasse.objective;

import io.demitasse.ir.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Samples that are computed at once.
 *
 * @param inputs by name of the graph input, samples along the first axis
 * @param targets what the outputs should be, by the name that a {@link Term} has for it; empty
 *     where nothing is known
 */
public record Batch(Map<String, Tensor> inputs, Map<String, Tensor> targets) {
  public Batch {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
  }

  /** How many samples there are; 1 where the inputs have no axis for them. */
  public long rows() {
    return inputs.values().stream()
        .filter(input -> input.rank() > 0)
        .mapToLong(input -> input.size(0))
        .max()
        .orElse(1);
  }
}
