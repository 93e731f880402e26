package io.demitasse.bench;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.ops.ModelSummary;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import io.demitasse.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a classifier of pictures loses when channels go, and what it wins back: an architecture of
 * the zoo learns the clothes of Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017), {@code prune-channels}
 * takes out what matters least, {@code distill} teaches what is left by the trained model and the
 * labels, and {@code quantize-static} makes it 8 bits. Beside it are two cuts without recovery, one
 * of units at random and one where nobody takes over, and the model without a cut, trained on for
 * as many steps as the recovery had: what recovery wins is no more than that if it was training
 * alone.
 *
 * <p>Of the 60,000 pictures of the official training set some train, some are held back, and some
 * calibrate; losses are paired ones against the trained model on the 10,000 of the official test
 * set, which nothing was trained on or chosen by.
 *
 * <p>Arguments: an architecture; the folder with the four files of the data; the {@code ratio} of
 * {@code prune-channels}; a folder for the models, where {@code trained.onnx} is not trained again;
 * and any of {@code zoo.SETTING=...}, {@code fine-tune.OPTION=...} and so on for {@code
 * prune-channels}, {@code distill} and {@code quantize-static}; {@code cuts=2}, each followed by
 * its recovery; {@code threads=1}; and {@code control} to train the whole model on.
 */
public final class PrunedClassifier {
  private static final long SEED = 7;

  /** As recipes that train have it, so that the same pictures are held back. */
  private static final double TRAINING = .3;

  private final Ports ports = Ports.find();
  private final Arguments given;
  private final Task task;
  private final TaskSplits splits;
  private final Bundle trained;
  private final Evaluator evaluator;
  private final List<String> rows = new ArrayList<>();

  /** What was asked for: settings of the zoo are options of "zoo". */
  private record Arguments(
      String architecture,
      Path data,
      double ratio,
      Path results,
      Map<String, Map<String, Object>> options) {

    static Arguments of(List<String> texts) {
      Map<String, Map<String, Object>> options = new LinkedHashMap<>();
      Map<String, Object> learning =
          Map.of("rate", .002, "batch", 64, "epochs", 8, "average", "exponential", "patience", 20);
      Map<String, Object> taught = new LinkedHashMap<>(learning);
      taught.putAll(Map.of("alpha", 0, "temperature", 4, "labels", .1, "beta", .9));
      options.put("fine-tune", new LinkedHashMap<>(learning));
      options.put("distill", taught);
      for (String text : texts.subList(4, texts.size())) {
        String[] pair = text.split("=", 2);
        String[] name = pair[0].split("\\.", 2);
        options
            .computeIfAbsent(name.length > 1 ? name[0] : "", _ -> new LinkedHashMap<>())
            .put(name[name.length - 1], pair.length > 1 ? pair[1] : "true");
      }
      return new Arguments(
          texts.get(0),
          Path.of(texts.get(1)),
          Double.parseDouble(texts.get(2)),
          Path.of(texts.get(3)),
          options);
    }

    Map<String, Object> of(String pass) {
      return options.getOrDefault(pass, Map.of());
    }

    int number(String name, int otherwise) {
      return Integer.parseInt(of("").getOrDefault(name, otherwise).toString());
    }

    boolean asks(String name) {
      return of("").containsKey(name);
    }

    Map<String, String> settings() {
      Map<String, String> settings = new LinkedHashMap<>();
      of("zoo").forEach((name, value) -> settings.put(name, value.toString()));
      return settings;
    }

    /** Those of a pass, with some of them otherwise. */
    Map<String, Object> with(String pass, Map<String, ?> others) {
      Map<String, Object> all = new LinkedHashMap<>(of(pass));
      all.putAll(others);
      return all;
    }
  }

  private PrunedClassifier(Arguments given) throws IOException {
    this.given = given;
    Files.createDirectories(given.results());
    Bundle untrained = Zoo.make(given.architecture(), given.settings(), SEED);
    Path start = write(untrained, "untrained");
    this.task = task(untrained, start);
    this.splits = task.splits(new TaskSplits.Request(TRAINING, Budget.parse("drop<=any")::limit));
    System.out.println(splits.sizes().told());
    Path file = given.results().resolve("trained.onnx");
    if (!Files.exists(file)) {
      write(
          applied(pipeline(untrained, start), untrained, "fine-tune", given.of("fine-tune")),
          "trained");
    }
    this.trained = Bundle.of(ports.format().read(file));
    this.evaluator =
        new Evaluator(ports, files(file), splits, threads(), PairedTiming.Effort.QUICK);
  }

  public static void main(String[] arguments) throws IOException {
    PrunedClassifier bench = new PrunedClassifier(Arguments.of(List.of(arguments)));
    bench.run();
    bench.rows.forEach(System.out::println);
  }

  private void run() {
    Pipeline pipeline = pipeline(trained, given.results().resolve("trained.onnx"));
    judge("trained", trained);
    judge("random", cut(pipeline, trained, given.ratio(), Map.of("importance", "random")));
    judge("nobody-takes-over", cut(pipeline, trained, given.ratio(), Map.of("take-over", false)));
    Bundle small = trained;
    int cuts = given.number("cuts", 1);
    for (int i = 1; i <= cuts; i++) {
      String number = cuts > 1 ? "-" + i : "";
      small = cut(pipeline, small, given.ratio() * i / cuts, Map.of());
      judge("cut" + number, small);
      small = applied(pipeline, small, "distill", given.of("distill"));
      judge("recovered" + number, small);
    }
    Bundle fused = applied(pipeline, small, "fuse-batch-norm", Map.of());
    judge("8-bits", applied(pipeline, fused, "quantize-static", given.of("quantize-static")));
    if (given.asks("control")) {
      judge("trained-on", trainedOn(pipeline));
    }
  }

  /** The whole model, trained as long as a recovery is and at its rate, but on labels. */
  private Bundle trainedOn(Pipeline pipeline) {
    Map<String, Object> as = given.with("distill", Map.of());
    as.keySet().removeAll(List.of("alpha", "beta", "temperature", "labels"));
    return applied(pipeline, trained, "fine-tune", as);
  }

  private Bundle cut(Pipeline pipeline, Bundle bundle, double ratio, Map<String, ?> others) {
    Map<String, Object> options = given.with("prune-channels", others);
    options.put("ratio", ratio);
    return applied(pipeline, bundle, "prune-channels", options);
  }

  private static Bundle applied(
      Pipeline pipeline, Bundle bundle, String pass, Map<String, Object> options) {
    long start = System.nanoTime();
    Step step =
        Step.of(
            PassOptions.of(Catalogue.find(pass).orElseThrow(), Map.copyOf(options)),
            Where.EVERYWHERE);
    StepResult result = pipeline.apply(bundle, step);
    System.out.printf(
        Locale.ROOT, "%s %s in %.0f s%n", pass, options, (System.nanoTime() - start) / 1e9);
    result.refusals().forEach(text -> System.out.println("  refused: " + text));
    result.changes().stream()
        .map(Change::text)
        .distinct()
        .forEach(text -> System.out.println("  " + text));
    return result.bundle();
  }

  private Pipeline pipeline(Bundle original, Path file) {
    return new Pipeline(ports.runtime(), original, splits.choose(), SEED)
        .with(new KeptFindings())
        .with(
            new TrainingSamples(
                ports.runtime(),
                original,
                files(file),
                splits,
                Map.of(),
                threads(),
                Long.MAX_VALUE,
                Optional::empty))
        .telling(new PrintedTraining());
  }

  private Task task(Bundle bundle, Path file) {
    Model model = bundle.part(Bundle.SINGLE);
    return TaskProvider.find(
        new TaskProvider.Request(
            "classification",
            bundle,
            SingleProgram.of(model, file, SingleProgram.Options.DEFAULT),
            file,
            given.data(),
            Map.of(),
            SEED));
  }

  private int threads() {
    return given.number("threads", 1);
  }

  private BundleFiles files(Path file) {
    return BundleFiles.of(ports.format(), Map.of(Bundle.SINGLE, file));
  }

  private Path write(Bundle bundle, String name) {
    Path file = given.results().resolve(name + ".onnx");
    ports.format().write(bundle.part(Bundle.SINGLE), file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  /** Writes a model down and adds what it is and does to the table. */
  private void judge(String title, Bundle bundle) {
    Path file =
        title.equals("trained") ? given.results().resolve("trained.onnx") : write(bundle, title);
    BundleFiles files = files(file);
    ScoreComparison held = top1(evaluator.scores(files, (_, _) -> {}));
    ScoreComparison judged = top1(evaluator.judged(files, 0, 0, (_, _) -> {}).scores());
    ModelSummary summary = summary(bundle);
    ModelSummary whole = summary(trained);
    long operations = summary.work().multiplyAccumulates();
    Interval lost = judged.degradation();
    String row =
        String.format(
            Locale.ROOT,
            "%-18s %,12d operations (%.4f), %,9d parameters, %,9d bytes, held back %.4f,"
                + " test %.4f, points lost %.2f (%.2f to %.2f)",
            title,
            operations,
            (double) operations / whole.work().multiplyAccumulates(),
            summary.weights().parameters(),
            files.bytes(),
            held.candidate().value(),
            judged.candidate().value(),
            100 * lost.value(),
            100 * lost.low(),
            100 * lost.high());
    System.out.println(row);
    rows.add(row);
  }

  private static ScoreComparison top1(List<ScoreComparison> scores) {
    return scores.stream().filter(score -> score.metric().equals("top1")).findFirst().orElseThrow();
  }

  /** Of one picture. */
  private static ModelSummary summary(Bundle bundle) {
    Model model = bundle.part(Bundle.SINGLE);
    Map<String, long[]> shapes = new LinkedHashMap<>();
    model
        .graph()
        .inputs()
        .forEach(
            input ->
                shapes.put(
                    input.name(),
                    input.shape().orElseThrow().dims().stream()
                        .mapToLong(dim -> dim instanceof Dim.Fixed(long size) ? size : 1)
                        .toArray()));
    return ModelSummary.of(model, shapes);
  }
}
