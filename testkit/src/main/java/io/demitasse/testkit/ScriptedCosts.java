package io.demitasse.testkit;

import io.demitasse.cost.Kernel;
import io.demitasse.cost.KernelCost;
import io.demitasse.cost.KernelCosts;
import io.demitasse.cost.KnownCosts;
import java.util.Optional;
import java.util.OptionalDouble;

/** The known costs but for one form of one operator, as another machine might have it. */
public record ScriptedCosts(String operator, String form, double ratio) implements KernelCosts {

  public static KernelCosts of(String operator, String form, double ratio) {
    return new ScriptedCosts(operator, form, ratio);
  }

  @Override
  public Optional<KernelCost> of(Kernel kernel) {
    return Optional.empty();
  }

  @Override
  public OptionalDouble ratio(String ofOperator, String inForm) {
    return operator.equals(ofOperator) && form.equals(inForm)
        ? OptionalDouble.of(ratio)
        : KnownCosts.INSTANCE.ratio(ofOperator, inForm);
  }
}
