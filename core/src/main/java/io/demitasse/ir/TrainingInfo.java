package io.demitasse.ir;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a model was to be trained, carried as it is. */
public record TrainingInfo(
    @Nullable Graph initialization,
    @Nullable Graph algorithm,
    Map<String, String> initializationBinding,
    Map<String, String> updateBinding) {
  public TrainingInfo {
    initializationBinding = new LinkedHashMap<>(initializationBinding);
    updateBinding = new LinkedHashMap<>(updateBinding);
  }
}
