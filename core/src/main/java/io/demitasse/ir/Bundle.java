package io.demitasse.ir;

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
 * @param renumberings of parts that take new ids once they are published, by part
 * @param removals what steps took out of parts that lack it still, one upon the other, by part
 */
public record Bundle(
    Map<String, Model> parts,
    Map<String, Renumbering> renumberings,
    Map<String, List<Removal>> removals) {
  public static final String SINGLE = "model";

  public Bundle {
    renumberings = Map.copyOf(renumberings);
    removals = Map.copyOf(removals);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a bundle needs at least one part");
    }
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /** Whole parts that take the ids they were made for. */
  public Bundle(Map<String, Model> parts) {
    this(parts, Map.of(), Map.of());
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
    return new Bundle(copies, renumberings, removals);
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
    return new Bundle(models, renumberings, all);
  }

  /** The same, of which parts take new ids once it is published. */
  public Bundle with(Map<String, Renumbering> further) {
    Map<String, Renumbering> all = new LinkedHashMap<>(renumberings);
    all.putAll(further);
    return new Bundle(parts, all, removals);
  }

  /** As it is written for others: parts with new ids take those. */
  public Bundle published() {
    Map<String, Model> published = new LinkedHashMap<>(parts);
    renumberings.forEach((part, ids) -> published.put(part, ids.published(part(part))));
    return new Bundle(published);
  }
}
