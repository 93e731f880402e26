package io.demitasse.ir;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parts of one multimodal model by name, in order. A single model is a bundle of one part
 * called {@value #SINGLE}.
 *
 * @param ties what parts have in common, as whoever made them says; one may hold no longer
 * @param renumberings of parts that take new ids once they are published, by part
 * @param narrowings of inputs and outputs that are smaller once they are published, by part
 * @param removals what steps took out of parts that lack it still, one upon the other, by part
 */
public record Bundle(
    Map<String, Model> parts,
    List<Tie> ties,
    Map<String, Renumbering> renumberings,
    Map<String, List<Narrowing>> narrowings,
    Map<String, List<Removal>> removals) {
  public static final String SINGLE = "model";

  public Bundle {
    ties = List.copyOf(ties);
    renumberings = Map.copyOf(renumberings);
    narrowings = Map.copyOf(narrowings);
    removals = Map.copyOf(removals);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a bundle needs at least one part");
    }
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /** Whole parts that take what they were made for. */
  public Bundle(Map<String, Model> parts, List<? extends Tie> ties) {
    this(parts, List.copyOf(ties), Map.of(), Map.of(), Map.of());
  }

  /** Whole parts of which nothing is known to be in common. */
  public Bundle(Map<String, Model> parts) {
    this(parts, List.of());
  }

  public static Bundle of(Model model) {
    return new Bundle(Map.of(SINGLE, model));
  }

  /**
   * The model of a part.
   *
   * @throws IllegalArgumentException when there is no such part, naming those there are
   */
  public Model part(String name) {
    Model model = parts.get(name);
    if (model == null) {
      throw new IllegalArgumentException("no part '" + name + "' among " + parts.keySet());
    }
    return model;
  }

  /**
   * The parts that hold each initializer of their main graphs. A tensor that is one object in
   * several parts is the same weight, and a folder holds it once.
   *
   * @param among the parts to look at, in order
   */
  public Map<Tensor, Set<String>> holders(Collection<String> among) {
    Map<Tensor, Set<String>> holders = new LinkedHashMap<>();
    for (String part : among) {
      for (Value value : part(part).graph().initializers()) {
        Tensor tensor = value.initializer();
        if (tensor != null) {
          holders.computeIfAbsent(tensor, _ -> new LinkedHashSet<>()).add(part);
        }
      }
    }
    return holders;
  }

  /** A bundle whose parts can be changed without changing these. */
  public Bundle copy() {
    Map<String, Model> copies = new LinkedHashMap<>();
    parts.forEach((name, model) -> copies.put(name, model.copy()));
    return new Bundle(copies, ties, renumberings, narrowings, removals);
  }

  /** What steps took out of a part that lacks it still, one upon the other. */
  public List<Removal> removals(String part) {
    return removals.getOrDefault(part, List.of());
  }

  /** The same with another model for a part, which lacks what is told of it. */
  public Bundle with(String part, Model model, List<Removal> lacking) {
    Map<String, Model> models = new LinkedHashMap<>(parts);
    models.put(part, model);
    Map<String, List<Removal>> all = new LinkedHashMap<>(removals);
    all.put(part, List.copyOf(lacking));
    return new Bundle(models, ties, renumberings, narrowings, all);
  }

  /** The same, of which parts take new ids once it is published. */
  public Bundle with(Map<String, Renumbering> further) {
    Map<String, Renumbering> all = new LinkedHashMap<>(renumberings);
    all.putAll(further);
    return new Bundle(parts, ties, all, narrowings, removals);
  }

  /** What of a part is smaller once it is published. */
  public List<Narrowing> narrowings(String part) {
    return narrowings.getOrDefault(part, List.of());
  }

  /** The same, of which more of a part is smaller once it is published. */
  public Bundle narrowed(String part, List<Narrowing> further) {
    if (further.isEmpty()) {
      return this;
    }
    Map<String, List<Narrowing>> all = new LinkedHashMap<>(narrowings);
    List<Narrowing> ofPart = new ArrayList<>(narrowings(part));
    ofPart.addAll(further);
    all.put(part, List.copyOf(ofPart));
    return new Bundle(parts, ties, renumberings, all, removals);
  }

  /**
   * As it is written for others: parts with new ids take those, and what parts give to each other
   * is as small as it became. Where a later step built anything into one of the changes of size,
   * all keep their sizes, which is right as well.
   */
  public Bundle published() {
    Map<String, Model> published = new LinkedHashMap<>(parts);
    renumberings.forEach((part, ids) -> published.put(part, ids.published(part(part))));
    boolean inPlace =
        narrowings.entrySet().stream()
            .allMatch(of -> of.getValue().stream().allMatch(each -> each.isIn(part(of.getKey()))));
    if (inPlace) {
      narrowings.forEach(
          (part, all) ->
              published.computeIfPresent(
                  part,
                  (_, model) -> {
                    Model copy = model.copy();
                    all.reversed().forEach(each -> each.publish(copy));
                    return copy;
                  }));
    }
    return new Bundle(published, ties);
  }
}
