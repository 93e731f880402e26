package io.demitasse.cost;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Costs that were measured on this machine. Where all shapes of an operator agree that a form is
 * slower, or faster, that is so; where they do not, or were not measured, {@link KnownCosts} tells.
 */
public final class MeasuredCosts implements KernelCosts {
  private final Map<Kernel, KernelCost> costs = new LinkedHashMap<>();

  public MeasuredCosts(Collection<KernelCost> measured) {
    measured.forEach(cost -> costs.put(cost.kernel(), cost));
  }

  /** All of them, in the order in which they were given. */
  public Collection<KernelCost> all() {
    return Collections.unmodifiableCollection(costs.values());
  }

  @Override
  public Optional<KernelCost> of(Kernel kernel) {
    return Optional.ofNullable(costs.get(kernel));
  }

  @Override
  public OptionalDouble ratio(String operator, String form) {
    List<KernelCost> alike =
        costs.values().stream()
            .filter(cost -> cost.kernel().operator().equals(operator))
            .filter(cost -> cost.kernel().form().equals(form))
            .toList();
    boolean agreed =
        !alike.isEmpty()
            && (alike.stream().allMatch(KernelCost::isSlower)
                || alike.stream().allMatch(KernelCost::isFaster));
    return agreed ? mean(alike) : KnownCosts.INSTANCE.ratio(operator, form);
  }

  private static OptionalDouble mean(List<KernelCost> costs) {
    return OptionalDouble.of(
        Math.exp(
            costs.stream().mapToDouble(cost -> Math.log(cost.ratio())).average().orElseThrow()));
  }
}
