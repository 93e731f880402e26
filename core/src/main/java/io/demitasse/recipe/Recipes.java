package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.pass.PassOptions;
import io.demitasse.yaml.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The YAML form of recipes. Reading is strict and reports everything that is wrong with a file at
 * once.
 */
public final class Recipes {
  static final int VERSION = 1;

  private Recipes() {}

  /**
   * Reads a recipe file. What its steps found out in files is looked for in the folder that it lies
   * in, when it is needed.
   *
   * @throws DemitasseException (bad request) when the file is missing or not a recipe, with all
   *     problems
   */
  public static Recipe read(Path file) {
    return new RecipeReader(file.toString(), folder(file)).read(Yaml.written(file, "recipe"));
  }

  /**
   * Reads a recipe file, or the ready recipe of that name where there is no such file.
   *
   * @throws DemitasseException (bad request) when there is neither, or the file is not a recipe
   */
  public static Recipe find(String fileOrName) {
    return new RecipeReader(fileOrName, folder(Path.of(fileOrName))).read(written(fileOrName));
  }

  private static Path folder(Path file) {
    return file.toAbsolutePath().resolveSibling("");
  }

  /**
   * The text of a recipe file, or of the ready recipe of that name, with its comments.
   *
   * @throws DemitasseException (bad request) when there is neither
   */
  public static String written(String fileOrName) {
    Path file = Path.of(fileOrName);
    if (!Files.isRegularFile(file) && BuiltInRecipes.NAMES.contains(fileOrName)) {
      return BuiltInRecipes.text(fileOrName);
    }
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "There is no recipe file %s%s Ready recipes are: %s.",
              fileOrName,
              Nearest.suggestion(fileOrName, BuiltInRecipes.NAMES, "."),
              String.join(", ", BuiltInRecipes.NAMES)));
    }
    return Yaml.written(file, "recipe");
  }

  /**
   * Parses the text of a recipe. Files beside a text are nowhere, so steps whose tensors lie there
   * cannot be carried out: {@link #read} the file.
   *
   * @param origin what the text is called in messages
   */
  public static Recipe parse(String text, String origin) {
    return new RecipeReader(origin, null).read(text);
  }

  /** The text that {@link #parse} reads. */
  public static String text(Recipe recipe) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("demitasse", VERSION);
    tree.put("resolved", recipe.resolved());
    if (!recipe.source().isEmpty()) {
      tree.put("source", recipe.source());
    }
    if (!recipe.task().isEmpty()) {
      tree.put("task", recipe.task());
    }
    tree.put("budget", recipe.budget().text());
    tree.put("seed", recipe.seed());
    tree.put("steps", recipe.steps().stream().map(Recipes::step).toList());
    return Yaml.text(tree);
  }

  private static Map<String, Object> step(Step step) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("pass", PassOptions.name(step.pass().getClass()));
    Map<String, Object> options = PassOptions.values(step.pass());
    if (!options.isEmpty()) {
      tree.put("options", options);
    }
    Map<String, List<String>> where = step.where().globs();
    if (!where.isEmpty()) {
      tree.put("where", where);
    }
    Resolution resolution = step.resolution();
    if (!resolution.calibration().isEmpty()) {
      tree.put("calibration", resolution.calibration());
    }
    if (!resolution.found().isEmpty()) {
      Map<String, String> found = new LinkedHashMap<>();
      resolution.found().forEach((key, tensors) -> found.put(key, tensors.sha256()));
      tree.put("found", found);
    }
    return tree;
  }
}
