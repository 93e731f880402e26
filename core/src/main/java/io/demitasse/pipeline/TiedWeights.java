package io.demitasse.pipeline;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Weights that several parts hold, and what a step makes of that. */
final class TiedWeights {
  private TiedWeights() {}

  /** Whether other parts hold the same weight as well. */
  static boolean holds(Bundle bundle, Tie.Place place) {
    return ofWeights(bundle)
        .anyMatch(tie -> tie.tensors().contains(place) && tie.problems(bundle).isEmpty());
  }

  private static Stream<Tie.OfTensors> ofWeights(Bundle bundle) {
    return bundle.ties().stream()
        .filter(Tie.OfTensors.class::isInstance)
        .map(Tie.OfTensors.class::cast);
  }

  /**
   * Tells of weights that were the same before a step and are no longer. Those that are gone from
   * all parts, such as those that became integers, are what the step made of them.
   */
  static void tellEnded(Bundle before, Bundle after, Map<String, PartContext> contexts) {
    ofWeights(before)
        .filter(tie -> changes(tie, before, after) && tie.problems(before).isEmpty())
        .filter(tie -> tie.tensors().stream().anyMatch(place -> weight(place, after).isPresent()))
        .filter(tie -> !tie.problems(after).isEmpty())
        .forEach(tie -> tell(tie, before, after, contexts));
  }

  private static void tell(
      Tie.OfTensors tie, Bundle before, Bundle after, Map<String, PartContext> contexts) {
    for (Tie.Place place : tie.tensors()) {
      PartContext context = contexts.get(place.part());
      if (context != null && changes(place, before, after)) {
        List<Tie.Place> others =
            tie.tensors().stream().filter(other -> !other.equals(place)).toList();
        context.skipped("'" + place + "' is no longer the same as " + others);
      }
    }
  }

  private static boolean changes(Tie.OfTensors tie, Bundle before, Bundle after) {
    return tie.tensors().stream().anyMatch(place -> changes(place, before, after));
  }

  private static boolean changes(Tie.Place place, Bundle before, Bundle after) {
    Tensor now = weight(place, after).orElse(null);
    return weight(place, before).filter(then -> then == now).isEmpty();
  }

  private static Optional<Tensor> weight(Tie.Place place, Bundle bundle) {
    return place.value(bundle).flatMap(Value::constant);
  }
}
