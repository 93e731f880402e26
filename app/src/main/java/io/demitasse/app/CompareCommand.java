package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.report.Json;
import io.demitasse.report.ReportReader;
import io.demitasse.report.Version;
import io.demitasse.result.Output;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts results side by side. */
@Command(
    name = "compare",
    description = {
      "Puts results of 'compress' side by side, by what their reports tell.",
      "",
      "Nothing is measured. What cannot be compared, since it is of another original or was"
          + " measured on other data or another machine, is said above the table.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse compare small.onnx smaller.onnx",
      "      size, time, accuracy, budget and steps of both",
      "  demitasse compare runs/*/report.json",
      "      all results of a folder, a few beside each other where many do not fit",
      "  demitasse compare small/ --json",
      "      one result, for programs"
    })
final class CompareCommand implements Runnable {
  @Parameters(
      arity = "1..*",
      paramLabel = "RESULT",
      description = "Models or folders that 'compress' wrote, or their report.json.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private List<Path> results;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final Console console;

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    ReportReader reader = new ReportReader(Version.TEXT);
    Comparison comparison =
        new Comparison(results.stream().map(each -> result(reader, each)).toList());
    List<String> remarks = comparison.remarks(reader::isNewer);
    if (json) {
      console.print(Json.text(new Compared(comparison.results(), comparison.common(), remarks)));
    } else {
      new ComparisonView(console, comparison).show(remarks, console.columns());
    }
  }

  private static Comparison.Result result(ReportReader reader, Path result) {
    Path report = Output.report(result);
    return new Comparison.Result(
        result.toString(), report.toString(), reader.read(report), Output.changed(report));
  }

  /** What programs are told. */
  record Compared(
      List<Comparison.Result> results, Comparison.Common common, List<String> remarks) {}
}
