package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.yaml.Fields;
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
  private final Fields fields = new Fields();

  RecipeReader(String origin) {
    this.origin = origin;
  }

  Recipe read(@Nullable Object tree) {
    Map<String, Object> root = fields.map(tree, "the recipe", KEYS);
    if (!Integer.valueOf(Recipes.VERSION).equals(root.get("demitasse"))) {
      fields
          .problems()
          .add("it must say 'demitasse: " + Recipes.VERSION + "', got " + root.get("demitasse"));
    }
    List<Step> steps = new ArrayList<>();
    List<?> given = fields.list(root.get("steps"), "steps");
    for (int i = 0; i < given.size(); i++) {
      step(given.get(i), "step " + (i + 1)).ifPresent(steps::add);
    }
    Budget budget = budget(root.get("budget"));
    long seed = root.getOrDefault("seed", 7) instanceof Number number ? number.longValue() : 7;
    Map<String, String> source = new LinkedHashMap<>();
    fields
        .map(root.get("source"), "source")
        .forEach((part, hash) -> source.put(part, String.valueOf(hash)));
    if (!fields.problems().isEmpty()) {
      throw DemitasseException.badRequest(
          origin + " is not a valid recipe:\n  - " + String.join("\n  - ", fields.problems()));
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
      fields.problems().add(e.getMessage());
      return Budget.DEFAULT;
    }
  }

  private Optional<Step> step(@Nullable Object tree, String place) {
    Map<String, Object> step = fields.map(tree, place, STEP_KEYS);
    String name = String.valueOf(step.get("pass"));
    Optional<Class<? extends Pass>> type = Catalogue.find(name);
    if (type.isEmpty()) {
      fields.problems().add(place + ": there is no pass '" + name + "'" + nearest(name));
      return Optional.empty();
    }
    Pass pass =
        PassOptions.create(
            type.get(), fields.map(step.get("options"), place + ", options"), fields.problems());
    Where where = where(step.get("where"), place + ", where");
    Map<String, List<Double>> calibration = new LinkedHashMap<>();
    fields
        .map(step.get("calibration"), place + ", calibration")
        .forEach(
            (key, numbers) ->
                calibration.put(key, fields.numbers(numbers, place + ", calibration of " + key)));
    return Optional.ofNullable(pass).map(made -> new Step(made, where, calibration));
  }

  private Where where(@Nullable Object tree, String place) {
    Map<String, Object> where = fields.map(tree, place, WHERE_KEYS);
    return new Where(
        fields.texts(where.get("parts"), place),
        fields.texts(where.get("operators"), place),
        fields.texts(where.get("nodes"), place),
        fields.texts(where.get("except-operators"), place),
        fields.texts(where.get("except-nodes"), place));
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
