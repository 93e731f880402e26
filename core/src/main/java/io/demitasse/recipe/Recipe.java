package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.PassPorts;
import io.demitasse.stored.StoredTensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ordered steps that make one model of another, with what they were judged by.
 *
 * @param steps in the order they are applied
 * @param task name of the task that measures accuracy; empty when none was given
 * @param resolved whether every measured choice is in it: replaying it then repeats the result byte
 *     for byte
 * @param source SHA-256 of each part's original file, by part; empty when the recipe was written by
 *     hand
 */
public record Recipe(
    List<Step> steps,
    String task,
    Budget budget,
    long seed,
    boolean resolved,
    Map<String, String> source) {
  public Recipe {
    steps = List.copyOf(steps);
    source = Collections.unmodifiableMap(new LinkedHashMap<>(source));
  }

  /**
   * The same, so that its steps train anew what they have learned before. What later steps found
   * out was found for other weights, so they find it out anew as well.
   *
   * @throws DemitasseException (bad request) when no step has learned anything
   */
  public Recipe retrained() {
    List<Step> anew = new ArrayList<>();
    boolean forgotten = false;
    for (Step step : steps) {
      forgotten |= step.effect() == PassInfo.Effect.LEARNED;
      anew.add(forgotten ? Step.of(step.pass(), step.where()) : step);
    }
    if (!forgotten) {
      throw DemitasseException.badRequest(
          "There is nothing to train again: no step of the recipe has learned anything.");
    }
    return new Recipe(anew, task, budget, seed, resolved, source);
  }

  /** What its steps found out in files, each file once. */
  public List<StoredTensors> found() {
    return steps.stream()
        .flatMap(step -> step.resolution().found().values().stream())
        .distinct()
        .toList();
  }

  /**
   * What is wrong with the files that its steps found out, a sentence each without its end; reads
   * the files whole.
   */
  public List<String> problemsOfFound() {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      String place = "step " + (i + 1) + " (" + PassOptions.name(step.pass().getClass()) + "), ";
      step.resolution().problems().forEach(problem -> problems.add(place + problem));
    }
    return problems;
  }

  /**
   * Goes on where every file is there that its steps found out, and is as it was written.
   *
   * @throws DemitasseException (bad request) with all that is wrong with them
   */
  public void requireFound() {
    List<String> problems = problemsOfFound();
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          "The recipe cannot be carried out:\n  - " + String.join("\n  - ", problems) + ".");
    }
  }

  /**
   * Ports that passes of this recipe need and that are missing: what to add, a sentence for each.
   * What a step has found out already needs none.
   */
  public List<String> missingPorts() {
    return steps.stream()
        .filter(step -> step.resolution().found().isEmpty())
        .map(step -> step.pass().getClass())
        .distinct()
        .flatMap(pass -> PassPorts.of(pass).missing().stream())
        .toList();
  }

  /**
   * Goes on where every port is there that passes of this recipe need.
   *
   * @throws DemitasseException (backend failed) when one is missing, saying what to add
   */
  public void requirePorts() {
    List<String> missing = missingPorts();
    if (!missing.isEmpty()) {
      throw DemitasseException.backendFailed(
          "The recipe cannot be carried out: " + String.join("; ", missing) + ".", null);
    }
  }
}
