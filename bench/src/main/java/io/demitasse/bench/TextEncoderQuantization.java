package io.demitasse.bench;

import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.media.text.Pooling;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Step;
import io.demitasse.search.Knowledge;
import io.demitasse.techniques.DefaultPlan;
import io.demitasse.testkit.KeptFindings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * all-MiniLM-L6-v2, simplified and quantized dynamically step by step, and judged by the built-in
 * emoji queries: every fourth calibrates, and the others judge, each to be answered with its label
 * among theirs.
 */
final class TextEncoderQuantization {
  static final int THREADS = 2;
  static final long SEED = 7;

  /** The integers that weights become, and what multiplies them. */
  enum Products {
    SEVEN_BITS("7 bits"),
    EIGHT_BITS("8 bits"),
    /**
     * The same integers multiplied in floats, so that no processor cuts sums of products off: what
     * processors with VNNI compute.
     */
    EIGHT_BITS_IN_FLOATS("8 bits in floats");

    private final String title;

    Products(String title) {
      this.title = title;
    }

    /** As it is spelled among the arguments. */
    static Products of(String argument) {
      return switch (argument) {
        case "bits=7" -> SEVEN_BITS;
        case "bits=8" -> EIGHT_BITS;
        case "bits=8-in-floats" -> EIGHT_BITS_IN_FLOATS;
        default -> throw new IllegalArgumentException("bits are 7, 8 or 8-in-floats: " + argument);
      };
    }

    boolean reducesRange() {
      return this == SEVEN_BITS;
    }
  }

  /** Of the texts to learn from every so many choose. */
  private static final int CHOOSING = 100;

  private static final String RECALL = "recall@10";

  private final Ports ports = Ports.find();
  private final Path folder;
  private final Path original;
  private final Model model;
  private final Products products;

  TextEncoderQuantization(Products products) throws IOException {
    this.products = products;
    this.folder = Files.createTempDirectory("text-encoder-quantization");
    this.original = TextEncoderFiles.extract("all-minilm-l6-v2.onnx", folder.resolve("model.onnx"));
    TextEncoderFiles.extract("all-minilm-l6-v2-tokenizer.json", folder.resolve("tokenizer.json"));
    this.model = ports.format().read(original);
    divideQueries();
  }

  Path original() {
    return original;
  }

  Model model() {
    return model;
  }

  private void divideQueries() throws IOException {
    List<String> calibrating = new ArrayList<>();
    List<String> judging = new ArrayList<>();
    for (String line : lines("/io/demitasse/media/emoji/queries.tsv")) {
      String[] fields = line.split("\t", -1); // hexcode, query, label
      if ((calibrating.size() + judging.size()) % 4 == 0) {
        calibrating.add(fields[1]);
      } else {
        judging.add(fields[1] + "\t" + fields[2]);
      }
    }
    Files.write(folder.resolve("calibrating.txt"), calibrating);
    Files.write(folder.resolve("judging.tsv"), judging);
  }

  /** All lines but the heading. */
  private static List<String> lines(String resource) throws IOException {
    try (InputStream in = TextEncoderQuantization.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no " + resource + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList();
    }
  }

  /** A task on data of one's own, with the original's tokenizer. */
  Task task(String name, Path data) {
    return TaskProvider.find(
        new TaskProvider.Request(
            name,
            Bundle.of(model),
            SingleProgram.of(
                model, original, SingleProgram.Options.DEFAULT.with(Pooling.of("mean"))),
            folder,
            data,
            Map.of(),
            SEED));
  }

  Pipeline pipeline() {
    return pipeline(folder.resolve("calibrating.txt"));
  }

  /** One that calibrates on texts, one a line. */
  Pipeline pipeline(Path texts) {
    Task calibrating = task("agreement", texts);
    return new Pipeline(ports.runtime(), Bundle.of(model), calibrating, SEED)
        .with(new KeptFindings());
  }

  /** All exact steps of the plan. */
  Bundle simplified() {
    Goal goal = Goal.of(Budget.DEFAULT, Preset.SERVER);
    List<Step> steps =
        DefaultPlan.of(goal, Knowledge.here(TextEncoderFiles.of(original), false))
            .unmeasured(Bundle.of(model));
    Bundle bundle = Bundle.of(model);
    for (Step step : steps.subList(0, steps.size() - 1)) {
      bundle = pipeline().apply(bundle, step).bundle();
    }
    return bundle;
  }

  /** With one more step, whose options other than these are the default ones. */
  StepResult apply(Bundle bundle, String pass, Map<String, ?> options) {
    return pipeline().apply(bundle, step(pass, options));
  }

  static Step step(String pass, Map<String, ?> options) {
    return Step.of(
        PassOptions.of(Catalogue.find(pass).orElseThrow(), Map.copyOf(options)), Where.EVERYWHERE);
  }

  StepResult smoothed(Bundle bundle, Map<String, String> options) {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.putIfAbsent("reduce-range", Boolean.toString(products.reducesRange()));
    return apply(bundle, "smooth-activations", all);
  }

  Bundle quantized(Bundle bundle) {
    String form = products == Products.EIGHT_BITS_IN_FLOATS ? "standard" : "fused";
    String reduced = Boolean.toString(products.reducesRange());
    return apply(bundle, "quantize-dynamic", Map.of("reduce-range", reduced, "form", form))
        .bundle();
  }

  /** Written to be run here. */
  Path write(Bundle quantized, String name) {
    Path file = folder.resolve(name + ".onnx");
    Model written = quantized.part(Bundle.SINGLE);
    if (products == Products.EIGHT_BITS_IN_FLOATS) {
      written = written.copy();
      multiplyInFloats(written);
    }
    ports.format().write(written, file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  /** Writes products of integers as products of floats that hold the same numbers. */
  private static void multiplyInFloats(Model quantized) {
    for (Node product : quantized.graph().nodes()) {
      if (Op.MAT_MUL_INTEGER.is(product)) {
        Value activation = real(product, product.requiredInput(0));
        Value zero = real(product, product.requiredInput(2));
        Value weight = real(product, product.requiredInput(1));
        Graph graph = product.graph();
        Value centered = Op.SUB.in(graph).inputs(activation, zero).insertBefore(product).output();
        Value sum = Op.MAT_MUL.in(graph).inputs(centered, weight).insertBefore(product).output();
        graph.replaceUses(product.output(), sum);
        graph.remove(product);
      }
    }
  }

  private static Value real(Node product, Value integers) {
    return Op.CAST
        .in(product.graph())
        .inputs(integers)
        .attribute("to", DataType.FLOAT.code())
        .insertBefore(product)
        .output();
  }

  /**
   * What it can learn from: texts, one a line, to give what the original gives.
   *
   * @param texts every hundredth of which chooses the best weights
   * @param time that may be spent on it
   */
  TrainingSamples training(Path texts, int threads, Optional<Duration> time) throws IOException {
    List<String> all = Files.readAllLines(texts);
    Task choose = task("agreement", some(all, "choosing", true));
    Task train = task("agreement", some(all, "training", false));
    TaskSplits splits =
        new TaskSplits(
            choose,
            choose,
            train.samples(),
            TaskSplits.Sizes.NONE,
            TaskSplits.undivided(choose).folds());
    return new TrainingSamples(
        ports.runtime(),
        Bundle.of(model),
        TextEncoderFiles.of(original),
        splits,
        Map.of(),
        threads,
        Long.MAX_VALUE,
        () -> time);
  }

  private static Path some(List<String> all, String name, boolean choosing) throws IOException {
    List<String> some = new ArrayList<>();
    IntStream.range(0, all.size())
        .filter(i -> (i % CHOOSING == 0) == choosing)
        .forEach(i -> some.add(all.get(i)));
    return Files.write(Files.createTempFile(name, ".txt"), some);
  }

  Evaluator evaluator() {
    return new Evaluator(
        ports,
        TextEncoderFiles.of(original),
        task("retrieval", folder.resolve("judging.tsv")),
        THREADS,
        PairedTiming.Effort.THOROUGH);
  }

  /** Prints how near the embeddings are to the original's, and what they find. */
  void judge(String title, Path file, Evaluator evaluator) {
    List<Task.Score> scores = TextEncoderFiles.scores(evaluator, file);
    Interval lost =
        evaluator.scores(TextEncoderFiles.of(file), (done, total) -> {}).stream()
            .filter(score -> score.metric().equals(RECALL))
            .findFirst()
            .orElseThrow()
            .degradation();
    double[] cosine = TextEncoderFiles.score(scores, "cosine").perSample().clone();
    Arrays.sort(cosine);
    System.out.printf(
        Locale.ROOT,
        "%s, %-40s %7.3f MB  cosine mean %.5f, 1st percentile %.5f, min %.5f  recall@10 %.4f,"
            + " lost %.4f (%.4f to %.4f)%n",
        products.title,
        title,
        TextEncoderFiles.of(file).bytes() / 1e6,
        Arrays.stream(cosine).average().orElse(0),
        cosine[cosine.length / 100],
        cosine[0],
        TextEncoderFiles.score(scores, RECALL).value(),
        lost.value(),
        lost.low(),
        lost.high());
  }

  /** Prints what files take against the original. */
  void time(String title, Path file, Evaluator evaluator) {
    evaluator
        .timings(
            Bundle.SINGLE,
            TextEncoderFiles.of(original),
            TextEncoderFiles.of(file),
            TextWorkloads.of(model))
        .forEach(
            timing ->
                System.out.printf(
                    Locale.ROOT,
                    "%s at %s: %.3f of the time (%.3f to %.3f)%n",
                    title,
                    timing.workload(),
                    timing.ratio().value(),
                    timing.ratio().low(),
                    timing.ratio().high()));
  }
}
