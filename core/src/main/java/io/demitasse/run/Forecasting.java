package io.demitasse.run;

import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import io.demitasse.report.ModelStatistics;
import io.demitasse.search.Choice;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Option;
import io.demitasse.source.Source;
import io.demitasse.techniques.DefaultPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies what a search would try, and measures nothing. */
public final class Forecasting {
  private Forecasting() {}

  /**
   * What a search of a source would try, or the steps of a recipe.
   *
   * @param recipe null for a search
   * @param goal what a search is to reach
   */
  public static Forecast of(
      RunContext context, Task task, @Nullable Recipe recipe, Goal goal, long seed) {
    Source source = context.source();
    Runtime runtime = context.ports().runtime();
    Task calibrated = task.splits(TaskSplits.Request.PLAIN).choose();
    // What parts of several are calibrated on does not matter for what is not measured.
    RecordedInputs recordOnce =
        source.isFolder()
            ? RecordedInputs.recordOnce(runtime, source.files(), calibrated, context.threads())
            : RecordedInputs.NONE;
    Pipeline pipeline = new Pipeline(runtime, source.bundle(), calibrated, seed).with(recordOnce);
    Set<String> parts = source.bundle().parts().keySet();
    List<Choice> offered =
        recipe == null
            ? plan(source, calibrated, goal).choices(source.bundle())
            : recipe.steps().stream().flatMap(step -> Choice.of(step, parts).stream()).toList();
    return of(pipeline, source.bundle(), source.files().bytes(), offered);
  }

  private static DefaultPlan plan(Source source, Task task, Goal goal) {
    return DefaultPlan.of(goal, Knowledge.here(source.files(), !task.calibration().synthetic()));
  }

  /** Applies the choices one upon the other. */
  private static Forecast of(
      Pipeline pipeline, Bundle original, long fileBytes, List<Choice> offered) {
    long besideWeights = fileBytes - weightBytes(original);
    List<Forecast.Choice> choices = new ArrayList<>();
    Bundle bundle = original;
    for (Choice choice : offered) {
      for (Option option : choice.preparation().stream().toList()) {
        Applied first =
            Applied.of(pipeline, bundle, choice.title(option), option.steps(), besideWeights);
        choices.add(first.choice());
        bundle = first.bundle();
      }
      List<Applied> applied = new ArrayList<>();
      for (List<Option> tried : List.of(choice.options(), choice.fallbacks())) {
        if (smallest(applied) == null) {
          for (Option option : tried) {
            applied.add(
                Applied.of(pipeline, bundle, choice.title(option), option.steps(), besideWeights));
          }
        }
      }
      Applied smallest = smallest(applied);
      applied.forEach(
          each -> choices.add(each.equals(smallest) ? each.choice().taken() : each.choice()));
      bundle = smallest == null ? bundle : smallest.bundle();
    }
    return new Forecast(fileBytes, besideWeights + weightBytes(bundle), choices);
  }

  /** The smallest of what changed anything. */
  private static @Nullable Applied smallest(List<Applied> applied) {
    return applied.stream()
        .filter(each -> each.choice().changed() > 0)
        .min(Comparator.comparingLong(each -> each.choice().bytes()))
        .orElse(null);
  }

  /** A weight that parts have in common is stored once. */
  private static long weightBytes(Bundle bundle) {
    long all =
        bundle.parts().values().stream()
            .flatMap(model -> ModelStatistics.weights(model).stream())
            .mapToLong(Tensor::byteSize)
            .sum();
    return all - sharedBytes(bundle);
  }

  private static long sharedBytes(Bundle bundle) {
    long[] saved = {0};
    bundle
        .holders(bundle.parts().keySet())
        .forEach(
            (tensor, parts) -> {
              if (tensor.byteSize() >= ModelFormat.SHARED_FROM_BYTES) {
                saved[0] += (parts.size() - 1) * tensor.byteSize();
              }
            });
    return saved[0];
  }

  private record Applied(Bundle bundle, Forecast.Choice choice) {

    static Applied of(
        Pipeline pipeline, Bundle parent, String title, List<Step> steps, long besideWeights) {
      Bundle bundle = parent;
      List<Change> changes = new ArrayList<>();
      List<String> refusals = new ArrayList<>();
      for (Step step : steps) {
        StepResult result = pipeline.apply(bundle, step);
        bundle = result.bundle();
        changes.addAll(result.changes());
        refusals.addAll(result.refusals());
      }
      int changed = (int) changes.stream().filter(Change::applied).count();
      int skipped = changes.size() - changed;
      long bytes = besideWeights + weightBytes(bundle);
      return new Applied(
          bundle, new Forecast.Choice(title, changed, skipped, refusals, bytes, false));
    }
  }
}
