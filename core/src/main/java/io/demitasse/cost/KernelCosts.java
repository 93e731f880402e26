package io.demitasse.cost;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What forms of operators cost on the machine at hand. A pass asks here instead of knowing; what it
 * decides by the answer it writes into its options, so that a replay elsewhere decides the same.
 */
public interface KernelCosts {

  /** What was measured of exactly this; empty when nothing was. */
  Optional<KernelCost> of(Kernel kernel);

  /**
   * How long an operator takes in a form relative to what else could stand there, as far as that is
   * the same for all shapes; empty when it is not known.
   *
   * @param form the recipe step that writes it, as in {@link Kernel#form}
   */
  OptionalDouble ratio(String operator, String form);

  /** Whether an operator is known to take longer in a form. */
  default boolean isSlower(String operator, String form) {
    return ratio(operator, form).orElse(1) > 1;
  }
}
