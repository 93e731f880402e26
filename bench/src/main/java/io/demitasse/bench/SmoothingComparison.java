package io.demitasse.bench;

import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
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
import io.demitasse.pipeline.Change;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Quantizes all-MiniLM-L6-v2 dynamically with its activations smoothed in several ways, and sets
 * each beside the same without: size, agreement of the embeddings with the original's, retrieval,
 * and paired times. Of the built-in emoji queries every fourth calibrates, and the others judge,
 * each to be answered with its label among theirs.
 *
 * <p>Arguments: options of {@code smooth-activations} as {@code name=value,name=value}, one
 * argument a variant, {@code none} for none; {@code time} to time them too; {@code bits=7} or
 * {@code bits=8} for the weights, or {@code bits=8-in-floats}, which multiplies the same integers
 * in floats, so that no processor cuts sums of products off.
 */
public final class SmoothingComparison {
  private static final int THREADS = 2;

  private final Ports ports = Ports.find();
  private final Path folder;
  private final Path original;
  private final Model model;
  private final List<String> variants = new ArrayList<>();
  private boolean timed;
  private boolean sevenBits;
  private boolean inFloats;

  private SmoothingComparison(Path folder, List<String> arguments) throws IOException {
    this.folder = folder;
    this.original = TextEncoderFiles.extract("all-minilm-l6-v2.onnx", folder.resolve("model.onnx"));
    TextEncoderFiles.extract("all-minilm-l6-v2-tokenizer.json", folder.resolve("tokenizer.json"));
    this.model = ports.format().read(original);
    divideQueries();
    for (String argument : arguments) {
      switch (argument) {
        case "time" -> timed = true;
        case "bits=7" -> sevenBits = true;
        case "bits=8" -> sevenBits = false;
        case "bits=8-in-floats" -> inFloats = true;
        default -> variants.add(argument);
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("smoothing-comparison");
    new SmoothingComparison(folder, List.of(arguments)).compare();
  }

  private void compare() {
    Map<String, Path> files = new LinkedHashMap<>();
    Bundle simple = simplified();
    for (String variant : variants) {
      files.put(variant, quantized(simple, variant));
    }
    Evaluator evaluator =
        new Evaluator(
            ports,
            TextEncoderFiles.of(original),
            task("retrieval", "judging.tsv"),
            THREADS,
            PairedTiming.Effort.THOROUGH);
    files.forEach((variant, file) -> accuracy(variant, file, evaluator));
    if (timed) {
      Path first = files.values().iterator().next();
      List<Workload> workloads = TextWorkloads.of(model);
      files.forEach(
          (variant, file) -> {
            if (!file.equals(first)) {
              evaluator
                  .timings(
                      Bundle.SINGLE,
                      TextEncoderFiles.of(first),
                      TextEncoderFiles.of(file),
                      workloads)
                  .forEach(timing -> time(variant, timing));
            }
          });
    }
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
    try (InputStream in = SmoothingComparison.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no " + resource + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList();
    }
  }

  private Task task(String name, String data) {
    return TaskProvider.find(
        new TaskProvider.Request(
            name,
            Bundle.of(model),
            SingleProgram.of(
                model, original, SingleProgram.Options.DEFAULT.with(Pooling.of("mean"))),
            folder,
            folder.resolve(data),
            Map.of(),
            7));
  }

  private Pipeline pipeline() {
    return new Pipeline(ports.runtime(), Bundle.of(model), task("agreement", "calibrating.txt"), 7)
        .with(new KeptFindings());
  }

  /** All exact steps of the plan. */
  private Bundle simplified() {
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

  private Path quantized(Bundle simple, String variant) {
    Bundle bundle = simple;
    String bits = Boolean.toString(sevenBits);
    if (!variant.equals("none")) {
      Map<String, String> options = new LinkedHashMap<>(Map.of("reduce-range", bits));
      for (String option : variant.split(",", -1)) {
        String[] pair = option.split("=", 2);
        if (pair.length == 2) {
          options.put(pair[0], pair[1]);
        }
      }
      long start = System.nanoTime();
      StepResult result = pipeline().apply(bundle, step("smooth-activations", options));
      System.out.printf(
          Locale.ROOT, "%s: smoothed in %.1f s%n", variant, (System.nanoTime() - start) / 1e9);
      result.refusals().forEach(System.out::println);
      for (Change change : result.changes()) {
        System.out.printf(
            Locale.ROOT,
            "  %s %s: %s%n",
            change.applied() ? "+" : "-",
            change.node(),
            change.text());
      }
      bundle = result.bundle();
    }
    Map<String, String> options =
        Map.of("reduce-range", bits, "form", inFloats ? "standard" : "fused");
    bundle = pipeline().apply(bundle, step("quantize-dynamic", options)).bundle();
    if (inFloats) {
      multiplyInFloats(bundle.part(Bundle.SINGLE));
    }
    Path file = folder.resolve("variant" + variants.indexOf(variant) + ".onnx");
    ports.format().write(bundle.part(Bundle.SINGLE), file, ModelFormat.WriteOptions.DEFAULT);
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

  private static Step step(String name, Map<String, String> options) {
    return Step.of(PassOptions.of(Catalogue.find(name).orElseThrow(), options), Where.EVERYWHERE);
  }

  private void accuracy(String variant, Path file, Evaluator evaluator) {
    List<Task.Score> scores = TextEncoderFiles.scores(evaluator, file);
    double[] cosine = TextEncoderFiles.score(scores, "cosine").perSample().clone();
    Arrays.sort(cosine);
    System.out.printf(
        Locale.ROOT,
        "%s, %-40s %7.3f MB  cosine mean %.5f, 1st percentile %.5f, min %.5f  recall@10 %.4f%n",
        sevenBits ? "7 bits" : inFloats ? "8 bits in floats" : "8 bits",
        variant,
        TextEncoderFiles.of(file).bytes() / 1e6,
        Arrays.stream(cosine).average().orElse(0),
        cosine[cosine.length / 100],
        cosine[0],
        TextEncoderFiles.score(scores, "recall@10").value());
  }

  private static void time(String variant, TimingComparison timing) {
    System.out.printf(
        Locale.ROOT,
        "%-40s %7s  %7.2f ms against %7.2f ms  ratio %.3f (%.3f to %.3f) %s%n",
        variant,
        timing.workload(),
        timing.candidate().time().value(),
        timing.baseline().time().value(),
        timing.ratio().value(),
        timing.ratio().low(),
        timing.ratio().high(),
        timing.verdict());
  }
}
