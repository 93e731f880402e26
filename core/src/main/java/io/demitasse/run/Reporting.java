package io.demitasse.run;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.evaluate.ArchiveSize;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Example;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.ZeroWeights;
import io.demitasse.pass.PassOptions;
import io.demitasse.pipeline.Change;
import io.demitasse.port.ModelFormat;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.recipe.Step;
import io.demitasse.report.BudgetCheck;
import io.demitasse.report.GraphNodes;
import io.demitasse.report.ModelStatistics;
import io.demitasse.report.RemovedGroup;
import io.demitasse.report.Report;
import io.demitasse.report.TrainingCurve;
import io.demitasse.report.Version;
import io.demitasse.search.Candidate;
import io.demitasse.search.SearchResult;
import io.demitasse.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Puts together the report of a run. */
record Reporting(RunContext context, TaskSplits splits, Budget budget) {

  Report report(
      SearchResult found,
      Recipe resolved,
      FinalMeasurement.Result result,
      Report.CrossValidated crossValidated) {
    List<TrainingCurve> curves =
        kept(found)
            .flatMap(candidate -> candidate.curves().stream())
            .map(TrainingCurve::of)
            .toList();
    Bundle bundle = found.bundle();
    List<RemovedGroup> removed =
        RemovedGroup.of(
            bundle.parts().keySet().stream()
                .flatMap(part -> bundle.removals(part).stream())
                .flatMap(removal -> removal.units().stream())
                .toList());
    return new Report(
        source().path().getFileName().toString(),
        setting(resolved.seed()),
        new Report.Accuracy(
            evidence(splits.judge()),
            Report.Splits.of(splits.sizes()),
            ScoreComparison.ofAll(result.scores()),
            crossValidated,
            result.shares(),
            result.showing().examples().stream().map(Reporting::shown).toList(),
            result.showing().differences(),
            result.showing().confusion(),
            ScoreComparison.ofGroups(result.scores())),
        parts(found, result),
        result.whole(),
        result.checks(),
        found.candidates().stream().map(Reporting::tried).toList(),
        curves,
        removed,
        outcome(found, result, crossValidated.scores()),
        Recipes.text(resolved));
  }

  private Source source() {
    return context.source();
  }

  /** Pictures go into the page, so that it stands by itself. */
  private static Report.Shown shown(Example example) {
    String name = example.picture().getFileName().toString().toLowerCase(Locale.ROOT);
    String type = name.endsWith(".png") ? "png" : name.endsWith(".webp") ? "webp" : "jpeg";
    try {
      String content = Base64.getEncoder().encodeToString(Files.readAllBytes(example.picture()));
      return new Report.Shown(
          example.title(),
          "data:image/" + type + ";base64," + content,
          example.width(),
          example.height(),
          example.marks());
    } catch (IOException e) {
      throw DemitasseException.badRequest(example.picture() + " cannot be read: " + Reason.of(e));
    }
  }

  private Report.Setting setting(long seed) {
    return new Report.Setting(
        Version.TEXT,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        context.ports().runtime().version(),
        System.getProperty("java.vm.name") + " " + java.lang.Runtime.version(),
        machine(),
        context.threads(),
        seed,
        source().fingerprint());
  }

  /** What times were measured on. */
  static String machine() {
    return String.format(
        Locale.ROOT,
        "%s %s, %d processors",
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        java.lang.Runtime.getRuntime().availableProcessors());
  }

  /** What accuracy is measured on, as a sentence. */
  static String evidence(Task task) {
    String where =
        String.format(
            Locale.ROOT,
            "%s over %,d samples: %s",
            task.name(),
            task.samples().size(),
            task.samples().name());
    return task.samples().synthetic() ? where + " (synthetic, weak evidence)" : where;
  }

  private List<Report.Part> parts(SearchResult found, FinalMeasurement.Result result) {
    List<Report.Part> parts = new ArrayList<>();
    Bundle small = found.bundle().published();
    source()
        .bundle()
        .parts()
        .forEach(
            (name, model) ->
                parts.add(
                    new Report.Part(
                        name,
                        ModelStatistics.of(
                            model,
                            source().sha256().getOrDefault(name, ""),
                            source().files().bytes(name),
                            sparse(model, source().files(), name),
                            holders(source().bundle(), name)),
                        ModelStatistics.of(
                            small.part(name),
                            Source.sha256(found.files().file(name)),
                            found.files().bytes(name),
                            sparse(small.part(name), found.files(), name),
                            holders(small, name)),
                        result.timings().getOrDefault(name, List.of()),
                        new Report.LayerErrors(
                            found.layerErrors().getOrDefault(name, List.of()),
                            result.layerErrors().getOrDefault(name, List.of())),
                        changes(found, name),
                        GraphNodes.of(model, small.part(name), changes(found, name)))));
    return parts;
  }

  /** An archive is made only where zeros may make it small, for it takes its time. */
  private static Report.Sparse sparse(Model model, BundleFiles files, String part) {
    ZeroWeights zeros = ZeroWeights.of(model);
    long archive = 0;
    if (zeros.areMany()) {
      archive =
          ArchiveSize.of(
              new BundleFiles(Map.of(part, files.file(part)), Map.of(part, files.outside(part)))
                  .all());
    }
    return new Report.Sparse(zeros.share(), archive);
  }

  /** How many parts a weight of one of them is stored for. */
  private ToLongFunction<Tensor> holders(Bundle bundle, String part) {
    Map<Tensor, Set<String>> holders = bundle.holders(source().files().neighbors(part));
    return tensor ->
        tensor.byteSize() < ModelFormat.SHARED_FROM_BYTES
            ? 1
            : Math.max(1, holders.getOrDefault(tensor, Set.of()).size());
  }

  private static Stream<Candidate> kept(SearchResult found) {
    return found.candidates().stream().filter(candidate -> candidate.decision().kept());
  }

  private static List<Change> changes(SearchResult found, String part) {
    return kept(found)
        .flatMap(candidate -> candidate.changes().stream())
        .filter(change -> change.part().equals(part))
        .toList();
  }

  private static Report.Tried tried(Candidate candidate) {
    int changed = (int) candidate.changes().stream().filter(Change::applied).count();
    return new Report.Tried(
        candidate.id(),
        candidate.parent(),
        candidate.title(),
        candidate.added().stream().map(Reporting::text).toList(),
        candidate.measured().bytes(),
        candidate.measured().timings(),
        candidate.measured().scores(),
        changed,
        candidate.changes().size() - changed,
        candidate.decision().kept(),
        candidate.decision().why());
  }

  private static String text(Step step) {
    List<String> spared = step.where().exceptNodes();
    return PassOptions.text(step.pass()) + (spared.isEmpty() ? "" : " except " + spared);
  }

  private Report.Outcome outcome(
      SearchResult found, FinalMeasurement.Result result, List<ScoreComparison> crossValidated) {
    List<TimingComparison> single =
        result.timings().values().stream().flatMap(List::stream).toList();
    return new BudgetCheck(
            budget,
            source().files().bytes(),
            found.files().bytes(),
            result.whole().isEmpty() ? single : result.whole(),
            result.timings(),
            result.scores(),
            result.chosenBy(),
            crossValidated,
            result.checks().memory())
        .outcome();
  }
}
