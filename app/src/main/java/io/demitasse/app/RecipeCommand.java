package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Table;
import io.demitasse.error.DemitasseException;
import io.demitasse.recipe.BuiltInRecipes;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.Json;
import io.demitasse.run.RecipeCheck;
import io.demitasse.run.RecipeChecker;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what recipes hold, and whether they can be carried out. */
@Command(
    name = "recipe",
    description = "Checks recipes, shows them, and lists those that are ready.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse recipe list",
      "      recipes that come with the command; 'compress --recipe NAME' takes them",
      "  demitasse recipe show int8-static --yaml > mine.yaml",
      "      one of them with its comments, to start from",
      "  demitasse recipe check mine.yaml model.onnx",
      "      everything that is wrong with it, and what each step finds in a model",
      "  demitasse recipe show small.recipe.yaml",
      "      what an earlier run has decided"
    })
final class RecipeCommand implements Runnable {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private CommandSpec spec;

  RecipeCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new Failures.NoCommand(spec.commandLine());
  }

  @Command(
      name = "check",
      description = {
        "Tells everything that is wrong with a recipe.",
        "",
        "With a model, its steps are applied to copies, and nothing is measured or written.",
        ""
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  demitasse recipe check mine.yaml               keys, passes, options, ranges",
        "  demitasse recipe check mine.yaml model.onnx    and whether it fits the model"
      })
  void check(
      @Parameters(
              paramLabel = "RECIPE",
              completionCandidates = Candidates.Recipes.class,
              description = "A file, or the name of a ready recipe.")
          String name,
      @Parameters(
              arity = "0..1",
              paramLabel = "MODEL",
              description = "An ONNX file, or a folder of several.")
          @Nullable Path model,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    Recipe recipe = Recipes.find(name);
    RecipeCheck check = checked(recipe, model);
    if (json) {
      console.print(Json.text(check));
    } else if (model != null) {
      console.print(RecipeView.found(check));
    }
    require(check, model == null ? name + " cannot be used" : name + " does not fit " + model);
    if (!json) {
      String fits = model == null ? " is a valid recipe" : " fits " + model;
      console.print(name + fits + ": " + RecipeView.steps(recipe.steps().size()) + ".");
    }
  }

  private static RecipeCheck checked(Recipe recipe, @Nullable Path model) {
    return model == null
        ? new RecipeCheck(List.of(), RecipeChecker.problems(recipe))
        : Demitasse.open(model).check(recipe);
  }

  private static void require(RecipeCheck check, String complaint) {
    if (!check.problems().isEmpty()) {
      throw DemitasseException.badRequest(
          complaint + ":\n  - " + String.join("\n  - ", check.problems()));
    }
  }

  @Command(
      name = "show",
      description = "Shows the steps of a recipe.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  demitasse recipe show small.recipe.yaml    what an earlier run has decided",
        "  demitasse recipe show exact --yaml         a ready recipe with its comments"
      })
  void show(
      @Parameters(
              paramLabel = "RECIPE",
              completionCandidates = Candidates.Recipes.class,
              description = "A file, or the name of a ready recipe.")
          String name,
      @Option(names = "--yaml", description = "Print the recipe as it is written.") boolean yaml,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    Recipe recipe = Recipes.find(name);
    if (yaml) {
      console.print(Recipes.written(name).stripTrailing());
    } else if (json) {
      console.print(Json.text(RecipeView.data(recipe)));
    } else {
      new RecipeView(console).show(recipe);
    }
  }

  @Command(
      name = "list",
      description = "Lists the recipes that come with the command.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  demitasse recipe list",
        "  demitasse compress model.onnx -o small.onnx --recipe int8-dynamic"
      })
  void list(@Option(names = "--json", description = "Print JSON.") boolean json) {
    Map<String, String> ready = new LinkedHashMap<>();
    BuiltInRecipes.NAMES.forEach(name -> ready.put(name, BuiltInRecipes.purpose(name)));
    if (json) {
      console.print(Json.text(ready));
      return;
    }
    Table table = new Table().left("").left("");
    ready.forEach(table::row);
    console.print(table);
    console.print("");
    console.print("'demitasse recipe show NAME' shows the steps of one.");
  }
}
