package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.recipe.Budget;
import io.demitasse.report.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tables of the parts of a bundle and of the whole that they make. */
record BundleView(Console console, Report report) {
  private static final String WHOLE = "whole";

  void show() {
    console.section("Parts");
    console.print(parts());
    report.accuracy().shares().stream()
        .filter(share -> share.bytesShared() > 0)
        .map(BundleView::shared)
        .forEach(console::print);
    console.section("Latency, " + ReportView.threads(report.setting().threads()));
    console.print(latencies());
    if (!report.accuracy().shares().isEmpty()) {
      console.section("What each part saved, and costs as it joins those above");
      console.print(split());
    }
  }

  private static String shared(Report.Share share) {
    return String.format(
        Locale.ROOT,
        "  %s reads %s that other parts read too, and counts its portion of them",
        share.part(),
        Figures.bytes(share.bytesShared()));
  }

  private Table parts() {
    Table table =
        new Table()
            .left("")
            .right("before")
            .right("after")
            .right("size")
            .right("time")
            .left("")
            .left("weights after");
    report
        .parts()
        .forEach(
            part -> {
              Sizes sizes = new Sizes(part.before().fileBytes(), part.after().fileBytes());
              row(table, part.name(), sizes, part.timings(), ReportView.weights(part.after()));
            });
    row(table, WHOLE, whole(), report.whole(), "");
    return table;
  }

  private record Sizes(long before, long after) {
    Sizes and(Sizes other) {
      return new Sizes(before + other.before, after + other.after);
    }

    long saved() {
      return before - after;
    }
  }

  private Sizes whole() {
    return report.parts().stream()
        .map(part -> new Sizes(part.before().fileBytes(), part.after().fileBytes()))
        .reduce(new Sizes(0, 0), Sizes::and);
  }

  /** The workload that gained least speaks for the time. */
  private static void row(
      Table table, String name, Sizes sizes, List<TimingComparison> timings, String weights) {
    Optional<TimingComparison> least =
        timings.stream().max(Comparator.comparingDouble(timing -> timing.ratio().value()));
    table.row(
        name,
        Figures.bytes(sizes.before),
        Figures.bytes(sizes.after),
        Figures.percent((double) sizes.after / sizes.before),
        least.map(timing -> Figures.ratio(timing.ratio().value())).orElse(""),
        timings.stream()
            .map(TimingComparison::verdict)
            .reduce(Verdict::and)
            .map(ReportView::verdict)
            .orElse("not timed"),
        weights);
  }

  private Table latencies() {
    List<TimingComparison> timings = new ArrayList<>();
    report
        .parts()
        .forEach(
            part ->
                part.timings()
                    .forEach(
                        timing ->
                            timings.add(timing.named(part.name() + " " + timing.workload()))));
    timings.addAll(report.whole());
    return ReportView.timings(timings);
  }

  private Table split() {
    Budget budget = Budget.parse(report.budget().limits());
    Table table =
        new Table()
            .left("")
            .right("saved")
            .right("of all")
            .left("loses most of")
            .right("loss")
            .right("95 %")
            .right("limit");
    Sizes whole = whole();
    for (Report.Share share : report.accuracy().shares()) {
      long saved = share.bytesBefore() - share.bytesAfter();
      Optional<ScoreComparison> worst =
          share.scores().stream()
              .filter(score -> budget.limit(score).isPresent())
              .max(Comparator.comparingDouble(score -> spent(score, budget)));
      table.row(
          share.part(),
          Figures.bytes(saved),
          whole.saved() > 0 ? Figures.percent((double) saved / whole.saved()) : "",
          worst.map(ScoreComparison::metric).orElse(""),
          worst.map(score -> Figures.score(score.degradation().value())).orElse(""),
          worst.map(score -> ReportView.range(score.degradation())).orElse(""),
          worst.map(score -> Figures.score(budget.limit(score).orElseThrow())).orElse(""));
    }
    return table;
  }

  /** How much of its limit a metric may have lost. */
  private static double spent(ScoreComparison score, Budget budget) {
    return score.degradation().high() / budget.limit(score).orElseThrow();
  }
}
