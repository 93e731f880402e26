package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.passes.tune.Distill;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model to give what another one gives. */
@Command(
    name = "distill",
    description = {
      "Trains a student to give what its teacher gives, on data that need no labels.",
      "",
      "Student and teacher take the same inputs; either may be the larger one. Scores are compared"
          + " with the teacher's. Neither file is changed.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse distill small.onnx --teacher large.onnx --data texts.txt -o taught.onnx",
      "      outputs of the same names are compared",
      "  demitasse distill small.onnx --teacher large.onnx --data photos -o taught.onnx"
          + " --match logits=scores",
      "      the student's 'logits' learn from the teacher's 'scores'",
      "  demitasse distill small.onnx --teacher large.onnx --data photos --task classification"
          + " --labels 1 -o taught.onnx",
      "      labels count as well"
    })
final class DistillCommand implements Runnable {
  @Parameters(paramLabel = "STUDENT", description = "The model that learns.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path student;

  @Option(
      names = "--teacher",
      required = true,
      paramLabel = "MODEL",
      description = "The model that it learns from. May be repeated: all count the same.")
  private List<Path> teachers = new ArrayList<>();

  @Option(
      names = "--match",
      paramLabel = "STUDENT=TEACHER,...",
      description = "Which outputs are compared, where their names differ.")
  private String match = "";

  @Option(
      names = "--labels",
      paramLabel = "WEIGHT",
      description = "What labels count beside the teacher. Default: nothing.")
  private String labels = "";

  @Mixin private final TrainingOptions training = new TrainingOptions();

  private final Console console;

  DistillCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Demitasse job = Demitasse.open(student);
    teachers.forEach(job::teacher);
    Map<String, String> usual = new LinkedHashMap<>();
    put(usual, "match", match);
    put(usual, "labels", labels);
    training.run(job, Distill.class, usual, console);
  }

  private static void put(Map<String, String> options, String name, String value) {
    if (!value.isEmpty()) {
      options.put(name, value);
    }
  }
}
