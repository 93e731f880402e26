package io.demitasse.pass;

import io.demitasse.cost.KernelCosts;

/**
 * One transformation of a model or a bundle. An implementation is a record annotated with {@link
 * PassInfo}: its components are its options, its compact constructor validates them, and it has
 * nowhere to keep state.
 */
public sealed interface Pass permits ModelPass, BundlePass {

  /**
   * The same pass with what it leaves to the costs of a machine written into its options; itself
   * when there is nothing of the kind. This is what a resolved recipe holds, so that a replay on
   * another machine does the same.
   */
  default Pass decided(KernelCosts costs) {
    return this;
  }

  /**
   * Whether numbers of weights are all that it changes, so that what it makes runs the same
   * operators on the same inputs and takes as long as before.
   */
  default boolean changesOnlyWeights() {
    return false;
  }
}
