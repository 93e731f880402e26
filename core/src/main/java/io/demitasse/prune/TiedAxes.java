package io.demitasse.prune;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Axes of several parts that are one: what goes from one of them goes from all.
 *
 * <pre>
 *   encoder  ... ─ [B,S,384] ═══ [B,S,384] ─ ...  decoder      a size that parts share
 *            w [1000,384]    ═══    w [1000,384]               a weight that they share
 * </pre>
 */
final class TiedAxes {
  /** Of a model by itself. */
  static final TiedAxes NONE = new TiedAxes();

  private final Map<Dimension, Set<Dimension>> tied = new LinkedHashMap<>();

  /** Why axes cannot lose anything although they are tied. */
  private final Map<Dimension, String> refused = new LinkedHashMap<>();

  /** Sizes of inputs and outputs. */
  private final Map<Dimension, Integer> sizes = new LinkedHashMap<>();

  private TiedAxes() {}

  /**
   * Those of a bundle.
   *
   * @param parts that may be changed
   * @param outputs whether outputs that no part takes may lose anything: they are what the program
   *     gives
   */
  static TiedAxes of(Bundle bundle, Set<String> parts, boolean outputs) {
    TiedAxes axes = new TiedAxes();
    for (Tie tie : bundle.ties()) {
      switch (tie) {
        case Tie.OfTensors tensors -> axes.add(tensors, bundle, parts);
        case Tie.OfDimensions dimensions -> axes.add(dimensions, bundle, parts, outputs);
      }
    }
    return axes;
  }

  private void add(Tie.OfTensors tie, Bundle bundle, Set<String> parts) {
    if (!tie.problems(bundle).isEmpty()) {
      return;
    }
    List<Value> values = values(tie.tensors(), bundle);
    int rank = values.getFirst().constant().orElseThrow().rank();
    Optional<String> why = unselected(tie.tensors(), parts);
    for (int axis = 0; axis < rank; axis++) {
      int each = axis;
      tie(values.stream().map(value -> new Dimension(value, each)).toList(), why);
    }
  }

  private void add(Tie.OfDimensions tie, Bundle bundle, Set<String> parts, boolean outputs) {
    if (!tie.problems(bundle).isEmpty()) {
      return;
    }
    List<Tie.Place> places = tie.dimensions().stream().map(Tie.Axis::place).toList();
    List<Value> values = values(places, bundle);
    List<Dimension> all =
        IntStream.range(0, values.size())
            .mapToObj(i -> new Dimension(values.get(i), tie.dimensions().get(i).axis()))
            .toList();
    Set<Long> known = new LinkedHashSet<>();
    all.forEach(dimension -> size(dimension).ifPresent(known::add));
    Optional<String> why =
        unselected(places, parts)
            .or(() -> untied(places, bundle))
            .or(() -> refusal(values, known.size() == 1, outputs));
    known.forEach(size -> all.forEach(each -> sizes.put(each, Math.toIntExact(size))));
    tie(all, why);
  }

  private static Optional<String> refusal(List<Value> values, boolean known, boolean outputs) {
    if (values.stream().anyMatch(value -> value.isInput() && value.isOutput())) {
      return Optional.of("it is an input and an output at once");
    }
    if (!known) {
      return Optional.of("no part states the size that they share");
    }
    return outputs || values.stream().anyMatch(Value::isInput)
        ? Optional.empty()
        : Optional.of("it is what the program gives: 'outputs: true' lets it lose numbers");
  }

  private static List<Value> values(List<Tie.Place> places, Bundle bundle) {
    return places.stream().map(place -> place.value(bundle).orElseThrow()).toList();
  }

  private static Optional<Long> size(Dimension dimension) {
    return dimension
        .value()
        .shape()
        .map((Shape shape) -> shape.dim(dimension.axis()))
        .map(dim -> dim instanceof Dim.Fixed(long size) ? size : null);
  }

  private static Optional<String> unselected(List<Tie.Place> places, Set<String> parts) {
    return places.stream()
        .filter(place -> !parts.contains(place.part()))
        .findFirst()
        .map(place -> "it is tied to '" + place + "', which the step does not select");
  }

  /** Who takes what is tied under the same name and is not tied would be given too little. */
  private static Optional<String> untied(List<Tie.Place> places, Bundle bundle) {
    Set<Tie.Place> all = new LinkedHashSet<>(places);
    List<Tie.Place> missing = new ArrayList<>();
    for (Tie.Place place : places) {
      bundle.parts().keySet().stream()
          .map(part -> new Tie.Place(part, place.value()))
          .filter(other -> !all.contains(other))
          .filter(other -> other.value(bundle).filter(Value::isInput).isPresent())
          .filter(_ -> place.value(bundle).filter(Value::isInput).isPresent())
          .forEach(missing::add);
    }
    return missing.stream()
        .findFirst()
        .map(other -> "'" + other + "' has its name and is not tied to it: tie it in bundle.yaml");
  }

  private void tie(List<Dimension> all, Optional<String> why) {
    for (Dimension dimension : all) {
      tied.computeIfAbsent(dimension, _ -> new LinkedHashSet<>()).addAll(all);
      why.ifPresent(reason -> refused.putIfAbsent(dimension, reason));
    }
  }

  /**
   * What loses the same as an axis does, itself among it where it is tied.
   *
   * @throws NotRemovable where it cannot lose anything
   */
  Set<Dimension> with(Dimension dimension) {
    Value value = dimension.value();
    String reason = refused.get(dimension);
    if (reason != null) {
      throw new NotRemovable("'" + value.name() + "' stays: " + reason);
    }
    Set<Dimension> all = tied.get(dimension);
    boolean given = value.isOutput() || (value.isInput() && value.constant().isEmpty());
    if (all == null && given) {
      String what = value.isOutput() ? "an output" : "an input";
      throw new NotRemovable("'" + value.name() + "' is " + what + " of the model");
    }
    return all == null ? Set.of() : all;
  }

  boolean contains(Value value) {
    return tied.keySet().stream().anyMatch(dimension -> dimension.value().equals(value));
  }

  /** The inputs and outputs among all axes that are tied, with their sizes. */
  Map<Dimension, Integer> sizes() {
    return sizes;
  }

  /** Values that hold the same weight, each group of them once. */
  Set<Set<Value>> weights() {
    Set<Set<Value>> weights = new LinkedHashSet<>();
    for (Set<Dimension> all : tied.values()) {
      if (!sizes.containsKey(Objects.requireNonNull(all.iterator().next()))) {
        Set<Value> values = new LinkedHashSet<>();
        all.forEach(dimension -> values.add(dimension.value()));
        weights.add(values);
      }
    }
    return weights;
  }
}
