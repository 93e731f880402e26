package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.pass.Pass;
import io.demitasse.passes.tune.FineTune;
import io.demitasse.passes.tune.SelfSupervise;
import io.demitasse.passes.tune.Sparsify;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model on labels, or on data that have none. */
@Command(
    name = "tune",
    description = {
      "Trains a model on data with labels, or without.",
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
      "      at another learning rate; 'demitasse passes fine-tune' shows what can be set",
      "  demitasse tune model.onnx --data photos --task classification -o tuned.onnx"
          + " --set crop=4 --set flip=true",
      "      on photos that are moved by up to 4 pixels, half of them mirrored",
      "  demitasse tune bert.onnx --data texts.txt --objective masked-tokens -o tuned.onnx",
      "      on texts without labels, with the tokenizer beside the model",
      "  demitasse tune encoder.onnx --data photos --objective contrast -o tuned.onnx"
          + " --set crop=4 --set color=0.3",
      "      so that varied views of a photo have vectors that are near to each other"
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
        "masked-tokens: to guess tokens from the others, by the pass self-supervise",
        "contrast: which views are of the same example, by self-supervise; ask for augmentations",
        "sparsity: to give what it gives with many weights that are exactly 0, by the pass sparsify"
      })
  private Objective objective = Objective.LABELS;

  /** What is learned, and by which pass. */
  enum Objective {
    LABELS(FineTune.class),
    MASKED_TOKENS(SelfSupervise.class),
    CONTRAST(SelfSupervise.class),
    SPARSITY(Sparsify.class);

    private final Class<? extends Pass> pass;

    Objective(Class<? extends Pass> pass) {
      this.pass = pass;
    }

    /** What the pass has to be told, for it knows several. */
    private Map<String, String> options() {
      return pass == SelfSupervise.class ? Map.of("objective", toString()) : Map.of();
    }

    /** As on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Mixin private final TrainingOptions training = new TrainingOptions();

  private final Console console;

  TuneCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    training.run(Demitasse.open(model), objective.pass, objective.options(), console);
  }
}
