package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.report.Json;
import io.demitasse.run.Evaluation;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges one model against another. */
@Command(
    name = "evaluate",
    description = "Judges a model by its task, sample by sample against another model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse evaluate small.onnx --against model.onnx --data texts.txt",
      "      how far the outputs of the small model are from those of the other",
      "  demitasse evaluate small.onnx --against model.onnx --task retrieval",
      "      recall and rank of text embeddings on 1,025 built-in queries"
    })
final class EvaluateCommand implements Runnable {
  @Parameters(paramLabel = "MODEL", description = "The model to judge.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path model;

  @Option(
      names = "--against",
      required = true,
      paramLabel = "BASELINE",
      description = "The model to judge it against, with its tokenizer beside it.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path baseline;

  @Mixin private final TaskOptions task = new TaskOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final Console console;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Evaluation evaluation;
    try (Progress progress = new Progress(console)) {
      Demitasse job = Demitasse.open(baseline).events(progress);
      task.apply(job);
      evaluation = job.evaluate(model);
    }
    if (json) {
      console.print(Json.text(evaluation));
      return;
    }
    console.print(console.bold(evaluation.evidence()));
    console.print(ReportView.scores(ScoreComparison.ofAll(evaluation.scores())));
    ReportView.groups(console, ScoreComparison.ofGroups(evaluation.scores()));
    console.print("");
    console.print("before: " + baseline + ", after: " + model + "; a positive loss is worse.");
  }
}
