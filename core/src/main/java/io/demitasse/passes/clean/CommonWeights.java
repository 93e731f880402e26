package io.demitasse.passes.clean;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.port.ModelFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds weights that several parts have in common and makes them the same tensor. */
final class CommonWeights {
  private final Map<Tensor, WeightContent> contents = new LinkedHashMap<>();
  private final Map<WeightContent.Form, List<Weight>> byForm = new LinkedHashMap<>();
  private final Map<String, United> united = new LinkedHashMap<>();

  private record Weight(String part, Value value, WeightContent content) {}

  /**
   * What a part has in common with others since it was united with them.
   *
   * @param others names of the other parts
   */
  record United(int count, long bytes, Set<String> others) {
    private United and(long more, Set<String> parts) {
      Set<String> all = new TreeSet<>(others);
      all.addAll(parts);
      return new United(count + 1, bytes + more, all);
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "weights in common with %s: %d of %d bytes",
          others.stream().map("'%s'"::formatted).collect(Collectors.joining(", ")),
          count,
          bytes);
    }
  }

  /** Adds the weights of a part that can lie outside its file. */
  void add(String part, Model model) {
    for (Value value : model.graph().initializers()) {
      value
          .constant()
          .filter(CommonWeights::canBeShared)
          .map(tensor -> contents.computeIfAbsent(tensor, WeightContent::new))
          .ifPresent(
              content ->
                  byForm
                      .computeIfAbsent(content.form(), _ -> new ArrayList<>())
                      .add(new Weight(part, value, content)));
    }
  }

  private static boolean canBeShared(Tensor tensor) {
    return tensor.dataType() != DataType.STRING
        && tensor.byteSize() >= ModelFormat.SHARED_FROM_BYTES;
  }

  /** Makes equal weights one tensor, and tells by part what was not so before. */
  Map<String, United> unite() {
    for (List<Weight> alike : byForm.values()) {
      if (parts(alike).size() > 1) {
        groups(alike).forEach(this::unite);
      }
    }
    return united;
  }

  private static List<List<Weight>> groups(List<Weight> alike) {
    List<List<Weight>> groups = new ArrayList<>();
    for (Weight weight : alike) {
      groups.stream()
          .filter(group -> group.getFirst().content().equalTo(weight.content()))
          .findFirst()
          .orElseGet(
              () -> {
                List<Weight> made = new ArrayList<>();
                groups.add(made);
                return made;
              })
          .add(weight);
    }
    return groups;
  }

  private void unite(List<Weight> equal) {
    Set<String> parts = parts(equal);
    if (parts.size() < 2 || equal.stream().map(Weight::content).distinct().count() < 2) {
      return;
    }
    Tensor one = representative(equal);
    equal.forEach(weight -> weight.value().graph().setInitializer(weight.value(), one));
    for (String part : parts) {
      Set<String> others = new TreeSet<>(parts);
      others.remove(part);
      united.merge(
          part,
          new United(1, one.byteSize(), others),
          (before, now) -> before.and(now.bytes(), others));
    }
  }

  /** The first that is there already, so that nothing is computed for it, or else the first. */
  private static Tensor representative(List<Weight> equal) {
    return equal.stream()
        .map(weight -> weight.content().tensor())
        .filter(tensor -> tensor.computation() == null)
        .findFirst()
        .orElseGet(() -> equal.getFirst().content().tensor());
  }

  private static Set<String> parts(List<Weight> weights) {
    return weights.stream().map(Weight::part).collect(Collectors.toCollection(TreeSet::new));
  }
}
