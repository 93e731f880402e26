package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.evaluate.TimingComparison;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Times of models against one, by what they were run on. */
record BenchTable(Console console) {

  /** What was measured of one model; workloads of one name are numbered. */
  record Times(String model, List<TimingComparison> timings) {
    Times {
      Map<String, Integer> seen = new HashMap<>();
      timings =
          timings.stream()
              .map(
                  timing -> {
                    int count = seen.merge(timing.workload(), 1, Integer::sum);
                    return count == 1
                        ? timing
                        : timing.named(timing.workload() + " (" + count + ")");
                  })
              .toList();
    }

    Optional<TimingComparison> on(String workload) {
      return timings.stream().filter(timing -> timing.workload().equals(workload)).findFirst();
    }
  }

  void show(String baseline, int threads, List<Times> all) {
    Table table =
        new Table()
            .left("inputs")
            .left("model")
            .right("time")
            .right("10-90 %")
            .right("ratio")
            .right("95 %")
            .left("");
    Set<String> workloads = new LinkedHashSet<>();
    all.forEach(times -> times.timings.forEach(timing -> workloads.add(timing.workload())));
    for (String workload : workloads) {
      List<Times> timed = all.stream().filter(times -> times.on(workload).isPresent()).toList();
      addBaseline(table, baseline, timed.getFirst().on(workload).orElseThrow());
      timed.forEach(times -> addCandidate(table, times.model, times.on(workload).orElseThrow()));
    }
    console.print(console.bold("Latency, " + ReportView.threads(threads)));
    console.print(table);
    if (all.getFirst().model.equals(baseline)) {
      console.print("");
      console.print(
          "The model was timed against itself: the ratio tells how noisy this machine is.");
    }
  }

  private static void addBaseline(Table table, String model, TimingComparison timing) {
    table.row(
        timing.workload(),
        model,
        Figures.milliseconds(timing.baseline().time().value()),
        ReportView.spread(timing.baseline()),
        "",
        "",
        "");
  }

  private static void addCandidate(Table table, String model, TimingComparison timing) {
    table.row(
        "",
        model,
        Figures.milliseconds(timing.candidate().time().value()),
        ReportView.spread(timing.candidate()),
        Figures.ratio(timing.ratio().value()),
        Figures.ratio(timing.ratio().low()) + "-" + Figures.ratio(timing.ratio().high()),
        ReportView.verdict(timing.verdict()));
  }
}
