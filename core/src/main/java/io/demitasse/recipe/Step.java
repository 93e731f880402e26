package io.demitasse.recipe;

import io.demitasse.calibrate.Observation;
import io.demitasse.pass.Pass;
import io.demitasse.pass.Where;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One pass with its options, where it applies, and what calibration gave it when it ran.
 *
 * @param calibration numbers of each observation, by {@link #key}; empty in a recipe that has not
 *     run
 */
public record Step(Pass pass, Where where, Map<String, List<Double>> calibration) {
  public Step {
    calibration = Collections.unmodifiableMap(new LinkedHashMap<>(calibration));
  }

  public static Step of(Pass pass, Where where) {
    return new Step(pass, where, Map.of());
  }

  /** What an observation is called in a recipe. */
  public static String key(Observation<?> observation) {
    return observation.part() + ":" + observation.reducer().name() + ":" + observation.value();
  }
}
