package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import io.demitasse.run.RecipeCheck;
import io.demitasse.stored.StoredTensors;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recipes as people read them. */
record RecipeView(Console console) {
  private static final int NAMED = 2;

  void show(Recipe recipe) {
    Table facts = new Table().left("").left("");
    facts.row("task", recipe.task().isEmpty() ? "not said" : recipe.task());
    facts.row("budget", recipe.budget().text());
    facts.row("seed", String.valueOf(recipe.seed()));
    facts.row(
        "resolved",
        recipe.resolved() ? "yes: it is replayed" : "no: each step is kept if it proves right");
    recipe.source().forEach((part, hash) -> facts.row("made for " + part, "SHA-256 " + hash));
    console.print(facts);
    console.section(steps(recipe.steps().size()));
    Table table =
        new Table().right("").left("pass").left("options").left("where").right("calibrated");
    for (int i = 0; i < recipe.steps().size(); i++) {
      Step step = recipe.steps().get(i);
      int numbers = numbers(step);
      table.row(
          String.valueOf(i + 1),
          PassOptions.name(step.pass().getClass()),
          options(step.pass()),
          where(step.where()),
          numbers == 0 ? "" : Figures.count(numbers));
    }
    console.print(table);
    found(recipe);
  }

  /** The files that have to lie beside the recipe. */
  private void found(Recipe recipe) {
    if (recipe.found().isEmpty()) {
      return;
    }
    console.section("Found out by steps, in files beside the recipe");
    Table table = new Table().right("").left("").left("").left("");
    for (int i = 0; i < recipe.steps().size(); i++) {
      String number = String.valueOf(i + 1);
      recipe
          .steps()
          .get(i)
          .resolution()
          .found()
          .forEach((key, tensors) -> table.row(number, key, tensors.fileName(), presence(tensors)));
    }
    console.print(table);
  }

  private static String presence(StoredTensors tensors) {
    return tensors
        .file()
        .filter(Files::isRegularFile)
        .map(file -> Figures.bytes(file.toFile().length()))
        .orElse("missing");
  }

  static String steps(int count) {
    return count == 1 ? "1 step" : count + " steps";
  }

  static Table found(RecipeCheck check) {
    Table table =
        new Table()
            .right("")
            .left("pass")
            .right("selected")
            .right("changed")
            .right("left alone")
            .left("");
    for (int i = 0; i < check.steps().size(); i++) {
      RecipeCheck.Found found = check.steps().get(i);
      table.row(
          String.valueOf(i + 1),
          found.pass(),
          Figures.count(found.selected()),
          Figures.count(found.changed()),
          Figures.count(found.skipped()),
          found.refusal());
    }
    return table;
  }

  static Map<String, Object> data(Recipe recipe) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("task", recipe.task());
    data.put("budget", recipe.budget().text());
    data.put("seed", recipe.seed());
    data.put("resolved", recipe.resolved());
    data.put("source", recipe.source());
    data.put("steps", recipe.steps().stream().map(RecipeView::data).toList());
    return data;
  }

  private static Map<String, Object> data(Step step) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("pass", PassOptions.name(step.pass().getClass()));
    data.put("options", PassOptions.values(step.pass()));
    data.put("where", step.where().globs());
    data.put("calibrated", numbers(step));
    Map<String, String> found = new LinkedHashMap<>();
    step.resolution().found().forEach((key, tensors) -> found.put(key, tensors.sha256()));
    data.put("found", found);
    return data;
  }

  private static int numbers(Step step) {
    return step.resolution().calibration().values().stream().mapToInt(List::size).sum();
  }

  /** The options that are not as they are unless told otherwise. */
  private static String options(Pass pass) {
    Map<String, Object> usual = PassOptions.values(PassOptions.defaults(pass.getClass()));
    List<String> texts = new ArrayList<>();
    PassOptions.values(pass)
        .forEach(
            (name, value) -> {
              if (!value.equals(usual.get(name))) {
                texts.add(name + ": " + value);
              }
            });
    return String.join(", ", texts);
  }

  private static String where(Where where) {
    List<String> texts = new ArrayList<>();
    where.globs().forEach((key, globs) -> texts.add(key + ": " + some(globs)));
    return String.join("; ", texts);
  }

  private static String some(List<String> globs) {
    int more = globs.size() - NAMED;
    return more > 0
        ? String.join(", ", globs.subList(0, NAMED)) + " and " + more + " more"
        : String.join(", ", globs);
  }
}
