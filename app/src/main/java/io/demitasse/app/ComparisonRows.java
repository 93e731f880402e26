package io.demitasse.app;

import io.demitasse.app.Comparison.Result;
import io.demitasse.app.ComparisonRow.Cell;
import io.demitasse.app.console.Figures;
import io.demitasse.error.VisibleText;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.report.Report;
import io.demitasse.report.ReportSummary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The figures of results that are put side by side. */
record ComparisonRows(Comparison comparison) {
  /** Workloads that have a row each; of more, the one that gained least speaks for all. */
  private static final int WORKLOADS = 4;

  private static final String UNMEASURED = "not measured";

  /** Characters of what a report names: metrics, parts, workloads. */
  private static final int LABEL = 28;

  private static final int STEP = 32;

  /** There are fewer passes than this. */
  private static final int STEPS = 100;

  List<ComparisonRow> all() {
    List<ComparisonRow> rows = new ArrayList<>();
    rows.addAll(sizes());
    rows.addAll(times());
    rows.add(row("peak memory", false, true, ComparisonRows::memory));
    rows.addAll(losses());
    rows.addAll(budgets());
    rows.addAll(steps());
    rows.add(
        row(
            "written",
            false,
            false,
            report ->
                Cell.of(
                    report
                        .setting()
                        .created()
                        .replace('T', ' ')
                        .replaceFirst("(:\\d\\d)?Z$", ""))));
    rows.add(row("by Demitasse", false, false, report -> Cell.of(report.setting().version())));
    return rows;
  }

  /** A row of what each result has; where results are not comparable, none is better. */
  private ComparisonRow row(
      String label, boolean detail, boolean comparable, Function<ReportSummary, Cell> cell) {
    boolean ranked = comparable && comparison.common().original();
    return new ComparisonRow(
        (detail ? "  " : "") + VisibleText.line(label, LABEL),
        detail,
        comparison.results().stream()
            .map(Result::report)
            .map(cell)
            .map(each -> ranked ? each : each.unranked())
            .toList());
  }

  /** What some result has, in order, each once. */
  private <T> Set<T> of(Function<ReportSummary, Stream<T>> them) {
    Set<T> all = new LinkedHashSet<>();
    comparison.results().forEach(result -> them.apply(result.report()).forEach(all::add));
    return all;
  }

  private List<ComparisonRow> sizes() {
    List<ComparisonRow> rows = new ArrayList<>();
    rows.add(row("size", false, true, report -> size(report.bytesBefore(), report.bytesAfter())));
    Set<String> parts = parts();
    if (parts.size() > 1) {
      for (String part : parts) {
        rows.add(
            row(
                part,
                true,
                true,
                report ->
                    part(report, part)
                        .map(each -> size(each.before().fileBytes(), each.after().fileBytes()))
                        .orElse(Cell.NONE)));
      }
    }
    return rows;
  }

  private Set<String> parts() {
    return of(report -> report.parts().stream().map(ReportSummary.Part::name));
  }

  private static Optional<ReportSummary.Part> part(ReportSummary report, String name) {
    return report.parts().stream().filter(part -> part.name().equals(name)).findFirst();
  }

  private static Cell size(long before, long after) {
    return Cell.exact(
        Figures.bytes(after) + ", " + Figures.percent((double) after / before), (double) after);
  }

  private List<ComparisonRow> times() {
    boolean comparable = comparison.common().machine();
    List<ComparisonRow> rows = new ArrayList<>();
    rows.add(
        row(
            "time",
            false,
            comparable,
            report -> report.wasTimed() ? Cell.NONE : Cell.of(UNMEASURED)));
    for (String workload : of(report -> workloads(report.whole()))) {
      rows.add(row(workload, true, comparable, report -> time(named(report.whole(), workload))));
    }
    Set<String> parts = parts();
    for (String part : parts) {
      Function<ReportSummary, List<TimingComparison>> timings =
          report -> part(report, part).map(ReportSummary.Part::timings).orElse(List.of());
      Set<String> workloads = of(report -> workloads(timings.apply(report)));
      if (parts.size() > 1 || workloads.size() > WORKLOADS) {
        String label = parts.size() > 1 ? part : "slowest of " + workloads.size() + " workloads";
        rows.add(row(label, true, comparable, report -> time(timings.apply(report))));
      } else {
        workloads.forEach(
            workload ->
                rows.add(
                    row(
                        workload,
                        true,
                        comparable,
                        report -> time(named(timings.apply(report), workload)))));
      }
    }
    return rows;
  }

  private static Stream<String> workloads(List<TimingComparison> timings) {
    return timings.stream().map(TimingComparison::workload);
  }

  private static List<TimingComparison> named(List<TimingComparison> timings, String workload) {
    return timings.stream().filter(timing -> timing.workload().equals(workload)).toList();
  }

  /** The workload that gained least speaks for all. */
  private static Cell time(Collection<TimingComparison> timings) {
    return timings.stream()
        .max(Comparator.comparingDouble(timing -> timing.ratio().value()))
        .map(TimingComparison::ratio)
        .map(
            ratio ->
                new Cell(
                    String.format(
                        Locale.ROOT,
                        "%s (%s-%s)",
                        Figures.ratio(ratio.value()),
                        Figures.ratio(ratio.low()),
                        Figures.ratio(ratio.high())),
                    ratio))
        .orElse(Cell.NONE);
  }

  private static Cell memory(ReportSummary report) {
    Report.Memory memory = report.checks().memory();
    return memory.bytesBefore() > 0
        ? size(memory.bytesBefore(), memory.bytesAfter())
        : Cell.of(UNMEASURED);
  }

  private List<ComparisonRow> losses() {
    List<ComparisonRow> rows = new ArrayList<>();
    rows.add(
        row(
            "loss",
            false,
            false,
            report -> report.accuracy().scores().isEmpty() ? Cell.of(UNMEASURED) : Cell.NONE));
    for (String metric :
        of(report -> report.accuracy().scores().stream().map(ScoreComparison::metric))) {
      rows.add(
          row(
              metric,
              true,
              comparison.common().data(),
              report ->
                  report.accuracy().scores().stream()
                      .filter(score -> score.metric().equals(metric))
                      .findFirst()
                      .map(score -> loss(score.degradation()))
                      .orElse(Cell.NONE)));
    }
    return rows;
  }

  /** Losses that look alike are alike. */
  private static Cell loss(Interval loss) {
    return new Cell(
        Figures.score(loss.value()) + " (" + ReportView.range(loss) + ")",
        new Interval(shown(loss.low()), shown(loss.value()), shown(loss.high())));
  }

  private static double shown(double score) {
    return Math.rint(score * 1e4) / 1e4;
  }

  private List<ComparisonRow> budgets() {
    List<ComparisonRow> rows = new ArrayList<>();
    rows.add(
        row(
            "budget",
            false,
            false,
            report -> Cell.of(report.wasMeasured() ? verdict(report.budget().met()) : UNMEASURED)));
    for (String limited :
        of(report -> report.budget().held().stream().map(ComparisonRows::limited))) {
      rows.add(
          row(
              limited,
              true,
              false,
              report ->
                  report.budget().held().stream()
                      .filter(held -> limited(held).equals(limited))
                      .findFirst()
                      .map(ComparisonRows::held)
                      .orElse(Cell.NONE)));
    }
    return rows;
  }

  private static String limited(Report.Held held) {
    return held.metric().isEmpty() ? held.kind() : held.kind() + "(" + held.metric() + ")";
  }

  private static Cell held(Report.Held held) {
    return Cell.of(
        held.limit().isEmpty() ? UNMEASURED : "<=" + held.limit() + " " + verdict(held.met()));
  }

  private static String verdict(boolean met) {
    return met ? "met" : "not met";
  }

  /** The passes that were kept, in order: a line each, without their options. */
  private List<ComparisonRow> steps() {
    List<ComparisonRow> rows = new ArrayList<>();
    int most =
        comparison.results().stream()
            .mapToInt(result -> passes(result.report()).size())
            .max()
            .orElse(0);
    for (int i = 0; i < Math.max(1, most); i++) {
      int line = i;
      rows.add(
          row(
              i == 0 ? "steps" : "",
              i > 0,
              false,
              report -> {
                List<String> passes = passes(report);
                return line < passes.size()
                    ? Cell.of(passes.get(line))
                    : Cell.of(line == 0 ? "none" : "");
              }));
    }
    return rows;
  }

  private static List<String> passes(ReportSummary report) {
    return report.steps().stream()
        .map(step -> VisibleText.line(step.split(" ", 2)[0], STEP))
        .distinct()
        .limit(STEPS)
        .toList();
  }
}
