package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.error.VisibleText;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.stored.StoredTensors;
import io.demitasse.yaml.Fields;
import java.nio.file.Path;
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
  private static final List<String> STEP_KEYS =
      List.of("pass", "options", "where", "calibration", "found");
  private static final List<String> WHERE_KEYS =
      List.of("parts", "operators", "nodes", "except-operators", "except-nodes");

  /** Characters that are shown of what stands in place of a hash. */
  private static final int HASH_SHOWN = 80;

  private final String origin;
  private final @Nullable Path folder;
  private final Fields fields = new Fields();

  /**
   * @param folder that files of its steps lie in; null where the text is in no file
   */
  RecipeReader(String origin, @Nullable Path folder) {
    this.origin = origin;
    this.folder = folder;
  }

  Recipe read(String text) {
    Object tree = fields.tree(text, origin);
    Map<String, Object> root = fields.map(tree, "the recipe", KEYS);
    if (!Integer.valueOf(Recipes.VERSION).equals(root.get("demitasse"))) {
      fields
          .problems()
          .add("it must say 'demitasse: " + Recipes.VERSION + "', got " + root.get("demitasse"));
    }
    Budget budget = budget(root.get("budget"));
    long seed = wholeNumber(root.getOrDefault("seed", 7), "seed");
    boolean resolved = trueOrFalse(root.getOrDefault("resolved", false), "resolved");
    Map<String, String> source = new LinkedHashMap<>();
    fields
        .map(root.get("source"), "source")
        .forEach((part, hash) -> source.put(part, String.valueOf(hash)));
    List<Step> steps = steps(root);
    if (!fields.problems().isEmpty()) {
      throw DemitasseException.badRequest(
          origin + " is not a valid recipe:\n  - " + String.join("\n  - ", fields.problems()));
    }
    return new Recipe(
        steps, String.valueOf(root.getOrDefault("task", "")), budget, seed, resolved, source);
  }

  private List<Step> steps(Map<String, Object> root) {
    if (!root.containsKey("steps")) {
      fields.problems().add("it has no steps");
    }
    List<Step> steps = new ArrayList<>();
    List<?> given = fields.list(root.get("steps"), "steps");
    for (int i = 0; i < given.size(); i++) {
      step(given.get(i), "step " + (i + 1)).ifPresent(steps::add);
    }
    return steps;
  }

  private long wholeNumber(Object value, String place) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    fields.problems().add(place + " must be a whole number, got '" + value + "'");
    return 0;
  }

  private boolean trueOrFalse(Object value, String place) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    fields.problems().add(place + " must be true or false, got '" + value + "'");
    return false;
  }

  private Budget budget(@Nullable Object value) {
    if (value == null) {
      return Budget.DEFAULT;
    }
    try {
      return Budget.parse(String.valueOf(value));
    } catch (DemitasseException e) {
      fields.problems().add(String.valueOf(e.getMessage()).replace("\n", "\n    "));
      return Budget.DEFAULT;
    }
  }

  private Optional<Step> step(@Nullable Object tree, String place) {
    Map<String, Object> step = fields.map(tree, place, STEP_KEYS);
    Optional<Pass> pass = pass(tree, step, place);
    Where where = where(step.get("where"), place + ", where");
    Resolution resolution = resolution(step, place);
    return pass.map(made -> new Step(made, where, resolution));
  }

  private Resolution resolution(Map<String, Object> step, String place) {
    Map<String, List<Double>> calibration = new LinkedHashMap<>();
    fields
        .map(step.get("calibration"), place + ", calibration")
        .forEach(
            (key, numbers) ->
                calibration.put(key, fields.numbers(numbers, place + ", calibration of " + key)));
    Map<String, StoredTensors> found = new LinkedHashMap<>();
    fields
        .map(step.get("found"), place + ", found")
        .forEach(
            (key, hash) ->
                tensors(hash, place + ", found " + key)
                    .ifPresent(tensors -> found.put(key, tensors)));
    return new Resolution(calibration, found);
  }

  /** Nothing but a hash names a file: so none is read that lies elsewhere. */
  private Optional<StoredTensors> tensors(@Nullable Object hash, String place) {
    String text = String.valueOf(hash);
    if (StoredTensors.isHash(text)) {
      return Optional.of(new StoredTensors(text, folder));
    }
    fields
        .problems()
        .add(
            place
                + " must be the SHA-256 by which a file beside the recipe is named, 64 digits from"
                + " 0 to f, got '"
                + VisibleText.line(text, HASH_SHOWN)
                + "'");
    return Optional.empty();
  }

  private Optional<Pass> pass(@Nullable Object tree, Map<String, Object> step, String place) {
    Map<String, Object> options = fields.map(step.get("options"), place + ", options");
    if (!step.containsKey("pass")) {
      if (tree instanceof Map<?, ?>) {
        fields.problems().add(place + " names no pass");
      }
      return Optional.empty();
    }
    String name = String.valueOf(step.get("pass"));
    Optional<Class<? extends Pass>> type = Catalogue.find(name);
    if (type.isEmpty()) {
      fields.problems().add(place + ": there is no pass '" + name + "'" + nearest(name));
      return Optional.empty();
    }
    List<String> unfit = new ArrayList<>();
    Pass pass = PassOptions.create(type.get(), options, unfit);
    unfit.forEach(problem -> fields.problems().add(place + ": " + problem));
    return Optional.ofNullable(pass);
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
    return Nearest.suggestion(name, Catalogue.all().keySet(), "; 'demitasse passes' lists them");
  }
}
