package io.demitasse.recipe;

import io.demitasse.calibrate.Observation;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;

/**
 * One pass with its options, where it applies, and what it found out when it ran.
 *
 * @param resolution {@link Resolution#NONE} in a recipe that has not run
 */
public record Step(Pass pass, Where where, Resolution resolution) {

  public static Step of(Pass pass, Where where) {
    return new Step(pass, where, Resolution.NONE);
  }

  /** Whether the function of the model stays the same. */
  public PassInfo.Effect effect() {
    return PassOptions.info(pass.getClass()).effect();
  }

  /** What an observation is called in a recipe. */
  public static String key(Observation<?> observation) {
    return observation.part() + ":" + observation.reducer().name() + ":" + observation.value();
  }

  /** The same step on one of its parts alone. */
  public Step in(String part) {
    return new Step(pass, where.in(part), resolution.in(part));
  }

  /**
   * The same pass on other nodes of the same model. Nothing is calibrated again; tensors that it
   * finds out are found out anew.
   */
  public Step at(Where others) {
    return new Step(pass, others, resolution.ofValues());
  }
}
