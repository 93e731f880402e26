package io.demitasse.run;

import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import io.demitasse.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Applies the steps of a recipe to copies of a model, and notes what each finds. */
public final class RecipeChecker {
  private static final int HASH = 12;

  private final Pipeline pipeline;
  private final List<RecipeCheck.Found> found = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private Bundle bundle;

  /**
   * Whether all steps so far were applied as they would be on data, so that what a selection misses
   * is really not there.
   */
  private boolean certain = true;

  public RecipeChecker(Pipeline pipeline, Bundle original) {
    this.pipeline = pipeline;
    this.bundle = original;
  }

  /** Checks a recipe on a source, by applying its steps without measuring anything. */
  public static RecipeCheck check(Ports ports, Source source, Recipe steps) {
    Pipeline pipeline = new Pipeline(ports.runtime(), source.bundle(), null, steps.seed());
    return new RecipeChecker(pipeline, source.bundle()).check(steps, source.sha256());
  }

  /**
   * Checks a recipe.
   *
   * @param sha256 of each part's file, by part
   */
  public RecipeCheck check(Recipe recipe, Map<String, String> sha256) {
    problems.addAll(problems(recipe));
    compare(recipe.source(), sha256);
    recipe.steps().forEach(this::take);
    return new RecipeCheck(found, problems);
  }

  /**
   * What can be said without a model: of the task, of the ports that its passes need, and of the
   * files that its steps found out.
   */
  public static List<String> problems(Recipe recipe) {
    List<String> problems = new ArrayList<>(recipe.missingPorts());
    problems.addAll(recipe.problemsOfFound());
    List<String> known = TaskProvider.known();
    if (!recipe.task().isEmpty() && !known.contains(recipe.task())) {
      problems.add("there is no task '" + recipe.task() + "'; known are " + known);
    }
    return problems;
  }

  private void compare(Map<String, String> expected, Map<String, String> actual) {
    expected.forEach(
        (part, hash) -> {
          String own = actual.get(part);
          if (own == null) {
            problems.add("source: there is no part '" + part + "' among " + actual.keySet());
          } else if (!own.equals(hash)) {
            problems.add(
                String.format(
                    Locale.ROOT,
                    "source: the recipe was made for a part '%s' of SHA-256 %s..., this one has"
                        + " %s...",
                    part,
                    shortened(hash),
                    shortened(own)));
          }
        });
    if (!expected.isEmpty()) {
      actual.keySet().stream()
          .filter(part -> !expected.containsKey(part))
          .forEach(
              part -> problems.add("source: the recipe does not know the part '" + part + "'"));
    }
  }

  private static String shortened(String hash) {
    return hash.substring(0, Math.min(HASH, hash.length()));
  }

  private void take(Step step) {
    String pass = PassOptions.name(step.pass().getClass());
    int selected = selected(step.where());
    if (certain) {
      String place = "step " + (found.size() + 1) + " (" + pass + "), where: ";
      List<String> unmatched = step.where().unmatched(bundle.parts());
      unmatched.forEach(glob -> problems.add(place + glob + " matches nothing"));
      if (unmatched.isEmpty() && selected == 0) {
        problems.add(place + "it selects no node");
      }
    }
    if (!step.resolution().problems().isEmpty()) {
      certain = false;
      String why = "what it found out cannot be read";
      found.add(new RecipeCheck.Found(pass, selected, 0, 0, why));
      return;
    }
    StepResult result = pipeline.apply(bundle, step);
    bundle = result.bundle();
    certain &= result.refusals().isEmpty() && !result.unseen();
    int changed = (int) result.changes().stream().filter(Change::applied).count();
    found.add(
        new RecipeCheck.Found(
            pass,
            selected,
            changed,
            result.changes().size() - changed,
            String.join("; ", result.refusals())));
  }

  private int selected(Where where) {
    int[] count = {0};
    bundle
        .parts()
        .forEach(
            (part, model) -> {
              if (where.selectsPart(part)) {
                model.forEachNode(node -> count[0] += where.selects(node) ? 1 : 0);
              }
            });
    return count[0];
  }
}
