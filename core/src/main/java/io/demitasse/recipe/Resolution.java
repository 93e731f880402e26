package io.demitasse.recipe;

import io.demitasse.stored.StoredTensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a step found out when it ran, so that a replay need not find it out again.
 *
 * @param calibration numbers of each observation, by {@link Step#key}
 * @param found tensors that the pass found out, in files beside the recipe, by part and name:
 *     {@code part:name}
 */
public record Resolution(Map<String, List<Double>> calibration, Map<String, StoredTensors> found) {
  /** Of a step that has not run, or had nothing to find out. */
  public static final Resolution NONE = new Resolution(Map.of(), Map.of());

  public Resolution {
    calibration = Collections.unmodifiableMap(new LinkedHashMap<>(calibration));
    found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
  }

  public boolean isEmpty() {
    return calibration.isEmpty() && found.isEmpty();
  }

  /** What a pass finds out on a part is called this. */
  public static String key(String part, String name) {
    return part + ":" + name;
  }

  /** The part of it that is about one part, and about values that others may have seen. */
  Resolution in(String part) {
    Map<String, StoredTensors> ours = new LinkedHashMap<>(found);
    ours.keySet().removeIf(key -> !key.startsWith(key(part, "")));
    return new Resolution(calibration, ours);
  }

  /**
   * What holds however many nodes the step selects: numbers are of the values of the model before
   * the step, but tensors were found out for the nodes that were selected.
   */
  Resolution ofValues() {
    return new Resolution(calibration, Map.of());
  }

  /** What is wrong with the files, a sentence each without its end; reads them whole. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    found.forEach(
        (key, tensors) ->
            tensors.problem().ifPresent(problem -> problems.add("found " + key + ": " + problem)));
    return problems;
  }
}
