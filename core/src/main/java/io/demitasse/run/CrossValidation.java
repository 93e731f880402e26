package io.demitasse.run;

import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Folds;
import io.demitasse.evaluate.PairedScores;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.WorkFolder;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pipeline.Event;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.ModelFormat;
import io.demitasse.recipe.Step;
import io.demitasse.report.Report.CrossValidated;
import io.demitasse.search.Schedule;
import io.demitasse.search.SearchResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Calibrates a result again on all folds but one and judges it on that one, fold after fold, so
 * that every sample is judged by a model that was not calibrated on it (Mervyn Stone,
 * "Cross-Validatory Choice and Assessment of Statistical Predictions", Journal of the Royal
 * Statistical Society, Series B, 1974). Which steps there are was chosen on all samples and stays.
 */
record CrossValidation(
    RunContext context, Evaluator evaluator, Folds folds, Schedule schedule, long seed) {

  /** Nothing is run where no step of the result depends on the samples that judge it. */
  CrossValidated of(SearchResult found) {
    boolean isCalibrated = found.steps().stream().anyMatch(CrossValidation::isCalibrated);
    if (!isCalibrated || !folds.areNeeded()) {
      return CrossValidated.NONE;
    }
    Optional<String> obstacle = obstacle(found);
    if (obstacle.isPresent()) {
      return missing(obstacle.get());
    }
    try {
      return schedule
          .spendRest(() -> PairedScores.pooled(scores(found)))
          .map(scores -> CrossValidated.of(folds.tasks().size(), scores))
          .orElseGet(() -> missing(schedule.reason()));
    } catch (DemitasseException e) {
      Cancellation.check();
      return missing(String.valueOf(e.getMessage()));
    } finally {
      evaluator.forgetAllBut(found.files());
    }
  }

  private CrossValidated missing(String why) {
    CrossValidated missing = CrossValidated.missing(why);
    context.tell(new Event.Noted(missing.told()));
    return missing;
  }

  /** Exact steps ask data what they may do, and compute the same whatever these answer. */
  private static boolean isCalibrated(Step step) {
    return step.effect() == PassInfo.Effect.LOSSY && !step.resolution().isEmpty();
  }

  private Optional<String> obstacle(SearchResult found) {
    return folds.missing().isEmpty()
        ? found.steps().stream()
            .filter(step -> isCalibrated(step) && !step.resolution().found().isEmpty())
            .map(step -> PassOptions.name(step.pass().getClass()) + " would find out tensors again")
            .findFirst()
        : Optional.of(folds.missing());
  }

  private List<PairedScores> scores(SearchResult found) {
    List<PairedScores> scores = new ArrayList<>();
    for (Task fold : folds.tasks()) {
      context.tell(
          new Event.Started(
              "cross-validating fold " + (scores.size() + 1) + " of " + folds.tasks().size()));
      try (WorkFolder work = new WorkFolder()) {
        BundleFiles files = stored(calibrated(fold, found.steps()), found, work.folder("fold"));
        scores.add(evaluator.foldScores(fold, files, FinalMeasurement.accuracy(context.events())));
      }
    }
    return scores;
  }

  /** The result as it would be without the samples of a fold. */
  private Bundle calibrated(Task fold, List<Step> steps) {
    Bundle bundle = context.source().bundle();
    Pipeline pipeline =
        new Pipeline(context.ports().runtime(), bundle, fold, seed).with(recordedInputs(fold));
    for (Step step : steps) {
      Step without = isCalibrated(step) ? Step.of(step.pass(), step.where()) : step;
      bundle = pipeline.apply(bundle, without).bundle();
    }
    return bundle;
  }

  /** The pipeline asks for these where there are several parts, and for nothing else otherwise. */
  private RecordedInputs recordedInputs(Task fold) {
    BundleFiles original = context.source().files();
    return original.files().size() > 1
        ? RecordedInputs.of(context.ports().runtime(), original, fold, context.threads())
        : RecordedInputs.NONE;
  }

  /** Writes the parts that calibration may have changed; the others are as in the result. */
  private BundleFiles stored(Bundle bundle, SearchResult found, Path folder) {
    Map<String, Path> written = new LinkedHashMap<>();
    Map<Path, Model> models = new LinkedHashMap<>();
    bundle
        .parts()
        .forEach(
            (part, model) -> {
              if (isCalibrated(found, part)) {
                written.put(part, folder.resolve(part + ".onnx"));
                models.put(folder.resolve(part + ".onnx"), model);
              }
            });
    ModelFormat format = context.ports().format();
    format.write(
        models,
        new ModelFormat.WriteOptions(
            ModelFormat.WriteOptions.ExternalData.WHEN_NEEDED, context.threads()));
    return found.files().with(BundleFiles.of(format, written));
  }

  private static boolean isCalibrated(SearchResult found, String part) {
    return found.steps().stream()
        .anyMatch(step -> isCalibrated(step) && step.where().selectsPart(part));
  }
}
