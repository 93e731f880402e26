package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Latency;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.recipe.Budget;
import io.demitasse.report.Report;
import io.demitasse.sensitivity.LayerError;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tables of what was measured, for people. */
record ReportView(Console console) {
  /** Layers named of each part. */
  private static final int LAYERS = 3;

  /** Groups of samples that are told. */
  private static final int GROUPS = 8;

  /** Characters of a layer's name; the end says most. */
  private static final int NAME = 36;

  void show(Report report) {
    if (report.parts().size() > 1) {
      new BundleView(console, report).show();
    } else {
      part(report, report.parts().getFirst());
    }
    console.section("Accuracy: " + report.accuracy().evidence());
    Budget budget = Budget.parse(report.budget().limits());
    if (!report.accuracy().scores().isEmpty()) {
      console.print(
          scores(
              limitedFirst(report.accuracy().scores(), budget),
              score -> limit(score, report.budget())));
    }
    if (!report.accuracy().splits().told().isEmpty()) {
      console.print("  " + report.accuracy().splits().told());
    }
    crossValidated(report.accuracy().crossValidated());
    groups(console, report.accuracy().groups());
    Table layers = layers(report.parts());
    if (!layers.isEmpty()) {
      console.section("Layers furthest off in the result, by error energy");
      console.print(layers);
    }
    changed(report);
    memory(report.checks().memory());
    notes(report.checks().notes());
    console.section("Decisions");
    decisions(report.candidates());
    console.section("Budget: " + report.budget().limits());
    budget(report.budget());
  }

  /** What became of modalities and units, and how weights were trained. */
  private void changed(Report report) {
    if (!report.checks().modalities().shares().isEmpty()) {
      console.section("Modalities");
      console.print(ModalityView.table(report.checks().modalities()));
    }
    if (!report.removed().isEmpty()) {
      console.section("Removed");
      console.print(RemovedView.table(report.removed()));
    }
    if (!report.training().isEmpty()) {
      console.section("Training, by the objective that was judged");
      console.print(TrainingView.table(report.training()));
    }
  }

  private void crossValidated(Report.CrossValidated folds) {
    if (!folds.told().isEmpty()) {
      console.print("  " + folds.told());
    }
    if (!folds.scores().isEmpty()) {
      console.print(scores(folds.scores()));
    }
  }

  private void part(Report report, Report.Part part) {
    console.section("Size");
    console.print(sizes(report.title(), part));
    if (!part.timings().isEmpty()) {
      console.section("Latency, " + threads(report.setting().threads()));
      console.print(timings(part.timings()));
    }
  }

  static String threads(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  private static Table sizes(String title, Report.Part part) {
    Table table =
        new Table().left("").right("before").right("after").right("ratio").left("weights after");
    return table.row(
        title,
        Figures.bytes(part.before().fileBytes()),
        Figures.bytes(part.after().fileBytes()),
        Figures.percent((double) part.after().fileBytes() / part.before().fileBytes()),
        weights(part.after()));
  }

  /** The data types that hold most of the weights. */
  static String weights(Report.Stored stored) {
    String types =
        String.join(
            ", ",
            stored.bytesByType().stream()
                .limit(3)
                .map(type -> type.name() + " " + Figures.bytes(type.count()))
                .toList());
    return stored.sparse().archiveBytes() == 0
        ? types
        : types + "; " + zeros(stored.sparse().zeroShare(), stored.sparse().archiveBytes());
  }

  /** Zeros, and the size that only an archive has for them. */
  static String zeros(double share, long archiveBytes) {
    return Figures.percent(share) + " zeros, " + Figures.bytes(archiveBytes) + " in an archive";
  }

  static Table timings(List<TimingComparison> timings) {
    Table table =
        new Table()
            .left("inputs")
            .right("before")
            .right("10-90 %")
            .right("after")
            .right("10-90 %")
            .right("ratio")
            .right("95 %")
            .left("");
    timings.forEach(
        timing ->
            table.row(
                timing.workload(),
                Figures.milliseconds(timing.baseline().time().value()),
                spread(timing.baseline()),
                Figures.milliseconds(timing.candidate().time().value()),
                spread(timing.candidate()),
                Figures.ratio(timing.ratio().value()),
                Figures.ratio(timing.ratio().low()) + "-" + Figures.ratio(timing.ratio().high()),
                verdict(timing.verdict())));
    return table;
  }

  static String spread(Latency latency) {
    return Figures.significant(latency.low()) + "-" + Figures.significant(latency.high());
  }

  static String verdict(Verdict verdict) {
    return verdict.text();
  }

  static Table scores(List<ScoreComparison> scores) {
    return scores(scores, score -> "");
  }

  private static Table scores(
      List<ScoreComparison> scores, Function<ScoreComparison, String> remark) {
    Table table =
        new Table()
            .left("metric")
            .right("before")
            .right("95 %")
            .right("after")
            .right("95 %")
            .right("loss")
            .right("95 %")
            .left("");
    scores.forEach(
        score ->
            table.row(
                score.metric(),
                Figures.score(score.baseline().value()),
                range(score.baseline()),
                Figures.score(score.candidate().value()),
                range(score.candidate()),
                Figures.score(score.degradation().value()),
                range(score.degradation()),
                remark.apply(score)));
    return table;
  }

  /** Those groups of samples that lost most, where there are groups. */
  static void groups(Console console, List<ScoreComparison> worstFirst) {
    if (!worstFirst.isEmpty()) {
      console.section("Groups that lost most (" + GROUPS + " at most)");
      console.print(scores(worstFirst.stream().limit(GROUPS).toList()));
    }
  }

  private static List<ScoreComparison> limitedFirst(List<ScoreComparison> scores, Budget budget) {
    return scores.stream()
        .sorted(Comparator.comparing(score -> budget.limit(score).isEmpty()))
        .toList();
  }

  private String limit(ScoreComparison score, Report.Outcome outcome) {
    return outcome
        .of(score)
        .map(held -> console.mark(held.met()) + " limit " + Figures.score(held.share()))
        .orElse("");
  }

  static String range(Interval interval) {
    return Figures.score(interval.low()) + " to " + Figures.score(interval.high());
  }

  private void notes(List<String> notes) {
    if (!notes.isEmpty()) {
      console.section("Noted");
      notes.forEach(note -> console.print("  " + note));
    }
  }

  private void memory(Report.Memory memory) {
    if (memory.bytesBefore() > 0) {
      console.section("Peak memory of a process that loads and runs it");
      console.print(
          new Table()
              .right("before")
              .right("after")
              .right("ratio")
              .row(
                  Figures.bytes(memory.bytesBefore()),
                  Figures.bytes(memory.bytesAfter()),
                  Figures.percent((double) memory.bytesAfter() / memory.bytesBefore())));
    }
  }

  /** One line a part that has layers that are off. */
  private static Table layers(List<Report.Part> parts) {
    Table table = new Table().left("").left("");
    for (Report.Part part : parts) {
      String furthest =
          part.layerErrors().inResult().stream()
              .filter(layer -> layer.error() > 0)
              .sorted(Comparator.comparingDouble(LayerError::error).reversed())
              .limit(LAYERS)
              .map(ReportView::layer)
              .collect(Collectors.joining(", "));
      if (!furthest.isEmpty()) {
        table.row(part.name(), furthest);
      }
    }
    return table;
  }

  private static String layer(LayerError layer) {
    String name = layer.node();
    return (name.length() > NAME ? "…" + name.substring(name.length() - NAME) : name)
        + " "
        + (Double.isFinite(layer.error()) ? Figures.score(layer.error()) : "not finite");
  }

  private void decisions(List<Report.Tried> candidates) {
    candidates.forEach(
        tried -> {
          console.print(
              String.format(
                  Locale.ROOT,
                  "  %s %s  %s",
                  console.mark(tried.kept()),
                  console.bold(tried.title()),
                  tried.why()));
          if (tried.kept()) {
            tried.steps().forEach(step -> console.print("      " + console.faint(step)));
          }
        });
  }

  private void budget(Report.Outcome outcome) {
    if (outcome.met()) {
      console.print("  " + console.mark(true) + " met");
    }
    outcome.reasons().forEach(reason -> console.print("  " + console.mark(false) + " " + reason));
  }
}
