package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tree of a YAML file into a recipe, collecting problems instead of stopping at the
 * first.
 */
final class RecipeReader {
  private static final List<String> KEYS =
      List.of("demitasse", "resolved", "source", "task", "budget", "seed", "steps");
  private static final List<String> STEP_KEYS = List.of("pass", "options", "where", "calibration");
  private static final List<String> WHERE_KEYS =
      List.of("parts", "operators", "nodes", "except-operators", "except-nodes");

  private final String origin;
  private final List<String> problems = new ArrayList<>();

  RecipeReader(String origin) {
    this.origin = origin;
  }

  Recipe read(@Nullable Object tree) {
    Map<String, Object> root = map(tree, "the recipe", KEYS);
    if (!Integer.valueOf(Recipes.VERSION).equals(root.get("demitasse"))) {
      problems.add(
          "it must say 'demitasse: " + Recipes.VERSION + "', got " + root.get("demitasse"));
    }
    List<Step> steps = new ArrayList<>();
    List<?> given = list(root.get("steps"), "steps");
    for (int i = 0; i < given.size(); i++) {
      step(given.get(i), "step " + (i + 1)).ifPresent(steps::add);
    }
    Budget budget = budget(root.get("budget"));
    long seed = root.getOrDefault("seed", 7) instanceof Number number ? number.longValue() : 7;
    Map<String, String> source = new LinkedHashMap<>();
    map(root.get("source"), "source", null)
        .forEach((part, hash) -> source.put(part, String.valueOf(hash)));
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          origin + " is not a valid recipe:\n  - " + String.join("\n  - ", problems));
    }
    return new Recipe(
        steps,
        String.valueOf(root.getOrDefault("task", "")),
        budget,
        seed,
        Boolean.TRUE.equals(root.get("resolved")),
        source);
  }

  private Budget budget(@Nullable Object value) {
    if (value == null) {
      return Budget.DEFAULT;
    }
    try {
      return Budget.parse(String.valueOf(value));
    } catch (DemitasseException e) {
      problems.add(e.getMessage());
      return Budget.DEFAULT;
    }
  }

  private Optional<Step> step(@Nullable Object tree, String place) {
    Map<String, Object> step = map(tree, place, STEP_KEYS);
    String name = String.valueOf(step.get("pass"));
    Optional<Class<? extends Pass>> type = Catalogue.find(name);
    if (type.isEmpty()) {
      problems.add(place + ": there is no pass '" + name + "'" + nearest(name));
      return Optional.empty();
    }
    Pass pass =
        PassOptions.create(
            type.get(), map(step.get("options"), place + ", options", null), problems);
    Where where = where(step.get("where"), place + ", where");
    Map<String, List<Double>> calibration = new LinkedHashMap<>();
    map(step.get("calibration"), place + ", calibration", null)
        .forEach(
            (key, numbers) ->
                calibration.put(key, numbers(numbers, place + ", calibration of " + key)));
    return Optional.ofNullable(pass).map(made -> new Step(made, where, calibration));
  }

  private Where where(@Nullable Object tree, String place) {
    Map<String, Object> where = map(tree, place, WHERE_KEYS);
    return new Where(
        texts(where.get("parts"), place),
        texts(where.get("operators"), place),
        texts(where.get("nodes"), place),
        texts(where.get("except-operators"), place),
        texts(where.get("except-nodes"), place));
  }

  private List<String> texts(@Nullable Object value, String place) {
    return value instanceof String text
        ? List.of(text)
        : list(value, place).stream().map(String::valueOf).toList();
  }

  private List<Double> numbers(@Nullable Object value, String place) {
    List<Double> numbers = new ArrayList<>();
    for (Object element : list(value, place)) {
      if (element instanceof Number number) {
        numbers.add(number.doubleValue());
      } else {
        problems.add(place + " must be numbers, got '" + element + "'");
      }
    }
    return numbers;
  }

  private List<?> list(@Nullable Object value, String place) {
    if (value == null || value instanceof List<?>) {
      return value == null ? List.of() : (List<?>) value;
    }
    problems.add(place + " must be a list, got '" + value + "'");
    return List.of();
  }

  private Map<String, Object> map(
      @Nullable Object value, String place, @Nullable List<String> keys) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> given) {
      given.forEach((key, element) -> map.put(String.valueOf(key), element));
    } else if (value != null) {
      problems.add(place + " must be a map of keys and values, got '" + value + "'");
    }
    if (keys != null) {
      map.keySet().stream()
          .filter(key -> !keys.contains(key))
          .forEach(
              key ->
                  problems.add(place + " has an unknown key '" + key + "'; it may have " + keys));
    }
    return map;
  }

  private static String nearest(String name) {
    return Catalogue.PASSES.stream()
        .map(PassOptions::name)
        .filter(known -> known.contains(name) || name.contains(known) || sharesWords(known, name))
        .findFirst()
        .map(known -> "; did you mean '" + known + "'?")
        .orElse("; 'demitasse passes' lists them");
  }

  private static boolean sharesWords(String known, String name) {
    return List.of(known.split("-")).containsAll(List.of(name.split("[-_]")));
  }
}
