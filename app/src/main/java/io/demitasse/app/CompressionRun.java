package io.demitasse.app;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.report.Json;
import io.demitasse.report.Report;
import io.demitasse.result.Output;
import io.demitasse.result.Reservation;
import io.demitasse.run.Forecast;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compresses a model, shows progress and result, and says where everything is. */
record CompressionRun(Console console, boolean json, TensorBoardOption curves) {

  /** Answers where everything was written; the last line that people see leads to the report. */
  Output compress(Demitasse job, Path destination, boolean replace) {
    try (Reservation place = job.reserve(destination, replace);
        Compressed compressed = compressed(job)) {
      Output output = compressed.writeTo(place);
      curves.write(compressed.report());
      if (json) {
        console.print(Json.text(data(output, found(output, compressed), compressed.report())));
      } else {
        new ReportView(console).show(compressed.report());
        console.section("Files");
        console.print(files(output, found(output, compressed)));
        new NextSteps(console).show(compressed, output);
      }
      return output;
    }
  }

  private Compressed compressed(Demitasse job) {
    try (Progress progress = new Progress(console)) {
      return job.events(progress).compress();
    }
  }

  /** The files that steps found out, which lie beside the recipe. */
  private static List<String> found(Output output, Compressed compressed) {
    return compressed.recipe().found().stream()
        .map(tensors -> output.recipe().resolveSibling(tensors.fileName()).toString())
        .toList();
  }

  private static Table files(Output output, List<String> found) {
    Table table =
        new Table()
            .left("")
            .left("")
            .row("model", output.model().toString())
            .row("recipe", output.recipe().toString());
    found.forEach(file -> table.row("found", file));
    return table.row("report", output.html().toString()).row("data", output.json().toString());
  }

  private static Map<String, Object> data(Output output, List<String> found, Report report) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("model", output.model().toString());
    data.put("recipe", output.recipe().toString());
    data.put("found", found);
    data.put("json", output.json().toString());
    data.put("html", output.html().toString());
    data.put("report", report);
    return data;
  }

  void forecast(Demitasse job) {
    Forecast forecast;
    try (Progress progress = new Progress(console)) {
      forecast = job.events(progress).forecast();
    }
    if (json) {
      console.print(Json.text(forecast));
      return;
    }
    console.print(
        "Would try, and keep what proves small, fast and right ("
            + console.mark(true)
            + " taken for granted here):");
    Table table =
        new Table()
            .left("")
            .left("change")
            .right("nodes")
            .right("left alone")
            .right("size")
            .left("");
    for (Forecast.Choice choice : forecast.choices()) {
      table.row(
          choice.assumed() ? "*" : "",
          choice.title(),
          Figures.count(choice.changed()),
          Figures.count(choice.skipped()),
          Figures.bytes(choice.bytes()),
          String.join("; ", choice.reasons()));
    }
    console.print(table);
    console.print("");
    console.print(
        String.format(
            Locale.ROOT,
            "Predicted size: %s of %s (%s). Nothing was written.",
            Figures.bytes(forecast.bytesAfter()),
            Figures.bytes(forecast.bytesBefore()),
            Figures.percent((double) forecast.bytesAfter() / forecast.bytesBefore())));
  }
}
