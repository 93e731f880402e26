package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.yaml.Yaml;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The YAML form of recipes. Reading is strict and reports everything that is wrong with a file at
 * once.
 */
public final class Recipes {
  static final int VERSION = 1;

  private Recipes() {}

  /**
   * Reads a recipe file.
   *
   * @throws DemitasseException (bad request) when the file is missing or not a recipe, with all
   *     problems
   */
  public static Recipe read(Path file) {
    return new RecipeReader(file.toString()).read(Yaml.read(file, "recipe"));
  }

  /**
   * Parses the text of a recipe.
   *
   * @param origin what the text is called in messages
   */
  public static Recipe parse(String text, String origin) {
    return new RecipeReader(origin).read(Yaml.parse(text, origin));
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
    Map<String, Object> where = where(step.where());
    if (!where.isEmpty()) {
      tree.put("where", where);
    }
    if (!step.calibration().isEmpty()) {
      tree.put("calibration", step.calibration());
    }
    return tree;
  }

  private static Map<String, Object> where(Where where) {
    Map<String, Object> tree = new LinkedHashMap<>();
    putUnlessEmpty(tree, "parts", where.parts());
    putUnlessEmpty(tree, "operators", where.operators());
    putUnlessEmpty(tree, "nodes", where.nodes());
    putUnlessEmpty(tree, "except-operators", where.exceptOperators());
    putUnlessEmpty(tree, "except-nodes", where.exceptNodes());
    return tree;
  }

  private static void putUnlessEmpty(Map<String, Object> tree, String key, List<String> globs) {
    if (!globs.isEmpty()) {
      tree.put(key, globs);
    }
  }
}
