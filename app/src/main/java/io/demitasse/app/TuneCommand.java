package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.passes.tune.FineTune;
import io.demitasse.passes.tune.Sparsify;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model on labels. */
@Command(
    name = "tune",
    description = {
      "Trains a model on data with labels.",
      "",
      "Samples are divided: some are trained on, some say which weights are best, and what is"
          + " reported was seen by no choice. The result is never worse than the start on those"
          + " that choose. The original is never changed.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse tune model.onnx --data photos --task classification -o tuned.onnx",
      "      photos has a folder for each class",
      "  demitasse tune model.onnx --data texts.csv --task classification -o tuned.onnx --time 10m",
      "      in ten minutes, measuring included",
      "  demitasse tune model.onnx --data photos --task classification -o tuned.onnx"
          + " --set rate=0.001 --set epochs=10",
      "      at another learning rate; 'demitasse passes fine-tune' shows what can be set"
    })
final class TuneCommand implements Runnable {
  @Parameters(paramLabel = "MODEL", description = "An ONNX file, or a folder of models.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path model;

  @Option(
      names = "--objective",
      paramLabel = "WHAT",
      description = {
        "What is to be learned:",
        "labels: what the labels say, by the pass fine-tune; the default",
        "sparsity: to give what it gives with many weights that are exactly 0, by the pass sparsify"
      })
  private Objective objective = Objective.labels;

  /** Spelled as on the command line. */
  @SuppressWarnings("checkstyle:ConstantName")
  enum Objective {
    labels,
    sparsity
  }

  @Mixin private final TrainingOptions training = new TrainingOptions();

  private final Console console;

  TuneCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    training.run(
        Demitasse.open(model),
        objective == Objective.labels ? FineTune.class : Sparsify.class,
        Map.of(),
        console);
  }
}
