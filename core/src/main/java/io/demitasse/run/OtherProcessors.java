package io.demitasse.run;

import io.demitasse.cost.Processor;
import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.Optional;

/** What a result is worth on processors that compute otherwise than this one. */
final class OtherProcessors {
  /** The option of passes by which weights that are multiplied as integers have 7 bits. */
  private static final String SEVEN_BITS = "reduce-range";

  private OtherProcessors() {}

  /** What to know where the steps were measured on this processor; empty where it is as told. */
  static Optional<String> remark(List<Step> steps) {
    return remark(steps, Processor.detect());
  }

  static Optional<String> remark(List<Step> steps, Processor here) {
    return here.saturates() || steps.stream().noneMatch(OtherProcessors::hasEightBits)
        ? Optional.empty()
        : Optional.of(
            "x86 processors without VNNI cut off sums of products of 8-bit numbers: there this"
                + " result may lose accuracy that was not measured here. Where it has to run there,"
                + " give weights 7 bits: --any-processor, or reduce-range: true in a recipe");
  }

  private static boolean hasEightBits(Step step) {
    return Boolean.FALSE.equals(PassOptions.values(step.pass()).get(SEVEN_BITS));
  }
}
