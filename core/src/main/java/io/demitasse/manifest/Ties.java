package io.demitasse.manifest;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds weights that several parts of a bundle have in common. */
public final class Ties {
  /** Smaller weights are alike by chance, such as a zero. */
  private static final long LEAST_BYTES = 4096;

  private Ties() {}

  /** All groups of equal weights that stand in more than one part, at most one of each part. */
  public static List<Tie.OfTensors> find(Bundle bundle) {
    Map<String, List<Found>> byType = new LinkedHashMap<>();
    bundle
        .parts()
        .forEach(
            (part, model) ->
                weights(part, model)
                    .forEach(
                        found ->
                            byType
                                .computeIfAbsent(found.tensor().toString(), k -> new ArrayList<>())
                                .add(found)));
    List<Tie.OfTensors> ties = new ArrayList<>();
    byType.values().forEach(alike -> ties.addAll(groups(alike)));
    return ties;
  }

  private record Found(Tie.Place place, Tensor tensor) {}

  private static List<Found> weights(String part, Model model) {
    List<Found> weights = new ArrayList<>();
    for (Value value : model.graph().initializers()) {
      value
          .constant()
          .filter(tensor -> tensor.byteSize() >= LEAST_BYTES)
          .ifPresent(tensor -> weights.add(new Found(new Tie.Place(part, value.name()), tensor)));
    }
    return weights;
  }

  private static List<Tie.OfTensors> groups(List<Found> alike) {
    List<Tie.OfTensors> groups = new ArrayList<>();
    List<Found> left = new ArrayList<>(alike);
    while (left.size() > 1) {
      Found first = left.removeFirst();
      List<Tie.Place> tied = new ArrayList<>(List.of(first.place()));
      left.removeIf(
          other -> {
            boolean joins =
                tied.stream().noneMatch(place -> place.part().equals(other.place().part()))
                    && first.tensor().contentEquals(other.tensor());
            if (joins) {
              tied.add(other.place());
            }
            return joins;
          });
      if (tied.size() > 1) {
        groups.add(new Tie.OfTensors(tied));
      }
    }
    return groups;
  }
}
