package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.ir.Bundle;
import io.demitasse.report.Json;
import io.demitasse.run.BundleTimes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Times bundles against one on samples: end to end, and each part on what flows into it.
 *
 * @param job the bundle to beat
 */
record BundleBench(Console console, Demitasse job, int threads) {

  /** What was measured of one bundle. */
  record Timed(
      String model,
      String against,
      int threads,
      List<TimingComparison> whole,
      Map<String, List<TimingComparison>> parts,
      List<String> notes) {

    /** All times; those of a bundle's part under its name. */
    List<TimingComparison> timings() {
      List<TimingComparison> all = new ArrayList<>();
      parts.forEach(
          (part, timings) ->
              timings.stream()
                  .map(
                      timing ->
                          part.equals(Bundle.SINGLE)
                              ? timing
                              : timing.named(part + " " + timing.workload()))
                  .forEach(all::add));
      all.addAll(whole);
      return all;
    }
  }

  void run(Path baseline, List<Path> candidates, boolean json) {
    List<Timed> timed = new ArrayList<>();
    try (Progress progress = new Progress(console)) {
      job.events(progress);
      candidates.forEach(candidate -> timed.add(timed(baseline, candidate, job.time(candidate))));
    }
    timed.stream()
        .flatMap(each -> each.notes.stream())
        .distinct()
        .forEach(note -> console.note("  " + note));
    if (json) {
      console.print(Json.text(timed));
    } else {
      new BenchTable(console)
          .show(
              baseline.toString(),
              threads,
              timed.stream()
                  .map(each -> new BenchTable.Times(each.model, each.timings()))
                  .toList());
    }
  }

  private Timed timed(Path baseline, Path candidate, BundleTimes times) {
    return new Timed(
        candidate.toString(),
        baseline.toString(),
        threads,
        times.whole(),
        times.parts(),
        times.notes());
  }
}
