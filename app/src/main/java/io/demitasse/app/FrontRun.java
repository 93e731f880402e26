package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.Front;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.evaluate.Interval;
import io.demitasse.report.FrontReport;
import io.demitasse.report.Json;
import io.demitasse.result.FrontWriter;
import io.demitasse.result.Output;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compresses a model to several results, shows them side by side, and says where they are. */
record FrontRun(Console console, boolean json) {

  void search(Demitasse job, Path folder, int count) {
    requirePlace(job, folder);
    try (Front front = front(job, count)) {
      List<Output> outputs = front.writeTo(folder);
      if (json) {
        console.print(Json.text(data(folder, front.report(), outputs)));
      } else {
        show(front.report());
        console.section("Next");
        console.print(
            new Table()
                .left("")
                .left("")
                .whole()
                .row("compare", Front.page(folder.toAbsolutePath()).toUri().toString())
                .row("take one", outputs.getLast().model().toString()));
      }
    }
  }

  /** What is in the way is found before the work begins. */
  private static void requirePlace(Demitasse job, Path folder) {
    new FrontWriter(folder).requireFree();
    job.reserve(folder.resolve("1"), false).close();
  }

  private Front front(Demitasse job, int count) {
    try (Progress progress = new Progress(console)) {
      return job.events(progress).front(count);
    }
  }

  private void show(FrontReport report) {
    console.section("Results, budget " + report.limits());
    Table table =
        new Table()
            .left("")
            .right("size")
            .right("ratio")
            .right("time")
            .right("loss")
            .right("95 %")
            .left("")
            .left("made by");
    for (FrontReport.Entry entry : report.results()) {
      Interval loss = entry.loss();
      table.row(
          entry.name(),
          Figures.bytes(entry.bytes()),
          Figures.percent((double) entry.bytes() / report.bytesBefore()),
          Figures.ratio(entry.time()),
          Figures.score(loss.value()),
          Figures.score(loss.low()) + " to " + Figures.score(loss.high()),
          entry.met() ? "" : "over budget",
          entry.made());
    }
    console.print(table);
  }

  private static Map<String, Object> data(Path folder, FrontReport report, List<Output> outputs) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("html", Front.page(folder).toString());
    data.put("models", outputs.stream().map(output -> output.model().toString()).toList());
    data.put("front", report);
    return data;
  }
}
