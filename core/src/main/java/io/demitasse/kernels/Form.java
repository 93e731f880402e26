package io.demitasse.kernels;

import io.demitasse.cost.KernelCost;
import io.demitasse.pass.Pass;
import java.util.List;

/**
 * A way to write what is measured, and what it is compared with.
 *
 * @param name the recipe step that is in question, as in {@link io.demitasse.cost.Kernel#form}
 * @param against what the other form is called
 * @param before the passes that write the other form, in order; none for the model as it is
 * @param passes the passes that write this form
 */
public record Form(String name, String against, List<Pass> before, List<Pass> passes) {
  public Form {
    before = List.copyOf(before);
    passes = List.copyOf(passes);
  }

  /** A form that is compared with the model as it is. */
  static Form of(String name, Pass... passes) {
    return new Form(name, KernelCost.FLOAT, List.of(), List.of(passes));
  }
}
