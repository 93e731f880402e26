package io.demitasse.evaluate;

import io.demitasse.ir.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Inputs of one part that are worth timing.
 *
 * @param name the shape as a person would say it, such as {@code 8x64}
 */
public record Workload(String name, Map<String, Tensor> inputs) {
  public Workload {
    inputs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }
}
