package io.demitasse.bench;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.media.data.Datasets;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.data.SampleKinds;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.FineTune;
import io.demitasse.pipeline.Event;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import io.demitasse.report.Report;
import io.demitasse.report.TrainingCurve;
import io.demitasse.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Answers to questions about pictures, learned from nothing: a fusion of the zoo learns easy-VQA,
 * see {@link EasyVqa}, and may then be compressed. What is chosen is chosen by the pictures for
 * validation; {@code test} asks the questions of the official test set, as they are and with
 * pictures or questions exchanged.
 *
 * <p>Arguments: the folder of the data; a folder for the models; {@code early}, {@code late} or
 * {@code cross}; and any of {@code zoo.SETTING=...}, options of {@code fine-tune} such as {@code
 * epochs=5}, {@code threads=1}, {@code seed=1}, {@code start=...}, a model of these that learned
 * before; {@code from=...}, another fusion whose weights it begins with where names and sizes are
 * the same; {@code trained} where the model is there already, {@code test}, and {@code budget=...}
 * with {@code search-minutes=...} to compress it.
 */
public final class QuestionTraining {
  private static final String SIZES =
      "image=64 patch=16 stem=convolutions positions=16 width=64 layers=1 heads=4 hidden=128";

  private final Path data;
  private final Path models;
  private final String kind;
  private final Map<String, Object> learning =
      new LinkedHashMap<>(Map.of("rate", .002, "epochs", 12, "batch", 64, "flip", true));
  private final Map<String, String> sizes = new LinkedHashMap<>();
  private @Nullable Path start;
  private @Nullable Path from;
  private int threads = 1;
  private long seed = 1;
  private boolean trained;
  private boolean test;
  private String budget = "";
  private long searchMinutes = 10;

  private QuestionTraining(List<String> arguments) {
    this.data = Path.of(arguments.get(0)).resolve(EasyVqa.LIST);
    this.models = Path.of(arguments.get(1));
    this.kind = arguments.get(2);
    for (String size : SIZES.split(" ", -1)) {
      choose("zoo." + size.substring(0, size.indexOf('=')), size.substring(size.indexOf('=') + 1));
    }
    for (String argument : arguments.subList(3, arguments.size())) {
      String[] parts = argument.split("=", 2);
      switch (parts[0]) {
        case "trained" -> trained = true;
        case "test" -> test = true;
        case "from" -> from = Path.of(parts[1]);
        case "start" -> start = Path.of(parts[1]);
        case "threads" -> threads = Integer.parseInt(parts[1]);
        case "seed" -> seed = Long.parseLong(parts[1]);
        case "budget" -> budget = parts[1];
        case "search-minutes" -> searchMinutes = Long.parseLong(parts[1]);
        default -> choose(parts[0], parts[1]);
      }
    }
  }

  private void choose(String name, String value) {
    if (name.startsWith("zoo.")) {
      sizes.put(name.substring("zoo.".length()), value);
    } else {
      learning.put(name, value);
    }
  }

  public static void main(String[] arguments) throws IOException {
    new QuestionTraining(List.of(arguments)).run();
  }

  private void run() throws IOException {
    Samples samples = Datasets.open(data, SampleKinds.MEDIA);
    TreeSet<String> questions = new TreeSet<>();
    TreeSet<String> answers = new TreeSet<>();
    for (int i = 0; i < samples.size(); i++) {
      questions.add(samples.get(i).fields().text(Role.TEXT.field()).orElseThrow());
      answers.add(samples.get(i).fields().text(Role.LABEL.field()).orElseThrow());
    }
    WordTokenizer words = WordTokenizer.of(questions.stream(), false);
    Files.createDirectories(models);
    PictureQuestions.write(words, models);
    Files.write(models.resolve("labels.txt"), answers);
    Path file = models.resolve(kind + ".onnx");
    try (PictureQuestions program = PictureQuestions.in(models)) {
      if (!trained) {
        train(start == null ? untrained(words, answers.size()) : start, file, program);
      }
      List<String> classes = List.copyOf(answers);
      answer(file, program, AskedQuestions.of(samples, Split.CHOOSE, classes), "validation");
      if (test) {
        AskedQuestions asked = AskedQuestions.of(samples, Split.JUDGE, classes);
        answer(file, program, asked, "test");
        answer(file, program, asked.withOtherPictures(seed), "test, other pictures");
        answer(file, program, asked.withOtherQuestions(seed), "test, other questions");
      }
      if (!budget.isEmpty()) {
        compress(file, program);
      }
    }
  }

  private Path untrained(WordTokenizer words, int answers) throws IOException {
    sizes.put("words", Integer.toString(words.words().size()));
    sizes.put("classes", Integer.toString(answers));
    Path file = models.resolve(kind + "-untrained.onnx");
    Model model = Zoo.make(architecture(), sizes, seed).part(Bundle.SINGLE);
    if (from != null) {
      bring(Ports.find().format().read(from), model);
    }
    Ports.find().format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    System.out.printf(Locale.ROOT, "%s %s: %,d bytes%n", kind, sizes, Files.size(file));
    return file;
  }

  /** Weights that both have, by name and sizes. */
  private static void bring(Model from, Model to) {
    for (Value weight : List.copyOf(to.graph().initializers())) {
      Value other = from.graph().find(weight.name());
      Optional<Tensor> learned = other == null ? Optional.empty() : other.constant();
      learned
          .filter(tensor -> Arrays.equals(tensor.sizes(), weight.constant().orElseThrow().sizes()))
          .ifPresent(tensor -> to.graph().setInitializer(weight, tensor));
    }
  }

  private String architecture() {
    return kind.equals("cross") ? "cross-attention-fusion" : kind + "-fusion";
  }

  private Demitasse job(Path file, PictureQuestions program) {
    Bundle bundle = Bundle.of(Ports.find().format().read(file));
    Task task =
        TaskProvider.find(
            new TaskProvider.Request(
                "classification", bundle, program, file, data, Map.of(), seed));
    return Demitasse.open(file)
        .task(task)
        .seed(seed)
        .threads(threads)
        .events(QuestionTraining::tell);
  }

  private void train(Path start, Path file, PictureQuestions program) {
    Step step = Step.of(PassOptions.of(FineTune.class, learning), Where.EVERYWHERE);
    Recipe recipe = new Recipe(List.of(step), "", Budget.parse("drop<=any"), seed, false, Map.of());
    long began = System.nanoTime();
    try (Compressed result =
        job(start, program).effort(PairedTiming.Effort.QUICK).recipe(recipe).compress()) {
      Report report = result.report();
      System.out.printf(
          Locale.ROOT,
          "%s trained with %s in %.0f s, measuring included; %s%n",
          kind,
          learning,
          seconds(began),
          report.accuracy().splits().told());
      report.training().forEach(QuestionTraining::print);
      result.replaceAt(file);
    }
  }

  private void answer(Path file, PictureQuestions program, AskedQuestions asked, String what) {
    try (Runtime.Session session =
        Ports.find().runtime().open(file, Runtime.SessionOptions.of(threads))) {
      System.out.printf(Locale.ROOT, "%s, %s: %s%n", kind, what, asked.answered(session, program));
    }
  }

  private void compress(Path file, PictureQuestions program) {
    long began = System.nanoTime();
    try (Compressed result =
        job(file, program).budget(budget).time(Duration.ofMinutes(searchMinutes)).compress()) {
      Report report = result.report();
      System.out.printf(
          Locale.ROOT,
          "%s by '%s' in %.0f s: %,d of %,d bytes (%.3f), budget %s %s%n",
          kind,
          budget,
          seconds(began),
          report.bytesAfter(),
          report.bytesBefore(),
          (double) report.bytesAfter() / report.bytesBefore(),
          report.budget().met() ? "met" : "not met",
          report.budget().reasons());
      report.accuracy().scores().stream()
          .filter(ScoreComparison::limited)
          .forEach(QuestionTraining::print);
      result.replaceAt(models.resolve(kind + "-small.onnx"));
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static void tell(Event event) {
    if (event instanceof Event.Decided(String step, boolean kept, String why, _)) {
      System.out.printf(Locale.ROOT, "  %s %s: %s%n", kept ? "+" : "-", step, why);
    }
    if (event instanceof Event.Learned learned) {
      System.out.printf(
          Locale.ROOT,
          "  step %5d of %,d: objective %.4f, %.0f samples a second%n",
          learned.point().step(),
          learned.steps(),
          learned.point().objective(),
          learned.point().samples());
    }
  }

  private static void print(TrainingCurve curve) {
    System.out.printf(
        Locale.ROOT, "  kept step %d, ended %s %s%n", curve.best(), curve.end(), curve.why());
  }

  private static void print(ScoreComparison score) {
    System.out.printf(
        Locale.ROOT,
        "%s %.4f for %.4f, lost %.4f (%.4f to %.4f) on %,d%n",
        score.metric(),
        score.candidate().value(),
        score.baseline().value(),
        score.degradation().value(),
        score.degradation().low(),
        score.degradation().high(),
        score.samples());
  }
}
