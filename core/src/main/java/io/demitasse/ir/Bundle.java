package io.demitasse.ir;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parts of one multimodal model by name, in order. A single model is a bundle of one part called {@value #SINGLE}.
 */
public record Bundle(Map<String, Model> parts) {
  public static final String SINGLE = "model";

  public Bundle {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a bundle needs at least one part");
    }
    parts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  public static Bundle of(Model model) {
    return new Bundle(Map.of(SINGLE, model));
  }

  /** A bundle whose parts can be changed without changing these. */
  public Bundle copy() {
    Map<String, Model> copies = new LinkedHashMap<>();
    parts.forEach((name, model) -> copies.put(name, model.copy()));
    return new Bundle(copies);
  }
}
