package io.demitasse.passes.tune;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.leftover.Leftovers;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Findings;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/**
 * A small classifier of pairs of numbers that passes train, through the pipeline and with the real
 * trainer.
 */
public abstract class PairsLearned {

  public static final Ports PORTS = Ports.find();

  /** Of the whole run: classes that run at once share it, so that no end of one may delete it. */
  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("demitasse");
      Leftovers.deleteAtExit(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says of two numbers which is larger, once it has learned it. */
  static final String CLASSIFIER =
      """
      ir 10, opset 17
      graph g(x: float[N,2]) -> (p: float[N,2]) {
        w = float[2,8] ~ 1
        v = float[8,2] ~ 2
        h = MatMul(x, w)
        r = Tanh(h)
        l = MatMul(r, v)
        p = Softmax(l)
      }
      """;

  static final Map<String, Object> QUICKLY =
      Map.of("rate", .02, "epochs", 8, "batch", 16, "weight-decay", 0);

  static Pass pass(Class<? extends Pass> kind, Map<String, Object> more) {
    Map<String, Object> options = new LinkedHashMap<>(QUICKLY);
    options.putAll(more);
    return PassOptions.of(kind, options);
  }

  /** Pairs of numbers, each with the place of the larger one. */
  public static Samples samples(int count, long seed) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] x = {random.nextFloat() - .5f, random.nextFloat() - .5f};
      samples.add(new Sample.Tensors("s" + i, Map.of("x", Tensor.ofFloats(new long[] {1, 2}, x))));
    }
    return Samples.of("pairs", samples);
  }

  static Tensor larger(Sample sample) {
    float[] x = ((Sample.Tensors) sample).inputs().get("x").toFloats();
    return Tensor.ofLongs(new long[] {1}, x[0] > x[1] ? 0 : 1);
  }

  /** Runs a single model on tensors. */
  static class Plain implements Program {
    @Override
    public String name() {
      return "plain";
    }

    @Override
    public Map<String, Tensor> run(Sample sample, Parts parts) {
      return parts.run(Bundle.SINGLE, ((Sample.Tensors) sample).inputs());
    }
  }

  /** A task of samples with a known answer, or none. */
  record Known(Samples samples, Program program, Optional<Supervision> supervision)
      implements Task {

    /** The class of each sample by what output p should say. */
    static Known of(Samples samples, Function<Sample, Tensor> classes) {
      return new Known(
          samples, new Plain(), Optional.of(Supervision.of("p", Supervision.Kind.CLASS, classes)));
    }

    static Known unlabeled(Samples samples, Program program) {
      return new Known(samples, program, Optional.empty());
    }

    @Override
    public String name() {
      return "known";
    }

    @Override
    public List<String> metrics() {
      return List.of();
    }

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<String, List<Score>>((_, _, _) -> "", _ -> List.of());
    }
  }

  public static TaskSplits splits(boolean labeled, int train) {
    Samples choose = samples(64, 3);
    return splits(
        labeled ? Known.of(choose, PairsLearned::larger) : Known.unlabeled(choose, new Plain()),
        samples(train, 4));
  }

  static TaskSplits splits(Task choose, Samples train) {
    return new TaskSplits(
        choose, choose, train, TaskSplits.Sizes.NONE, TaskSplits.undivided(choose).folds());
  }

  public static StepResult run(Model model, Step step, TaskSplits splits, Findings findings) {
    return run(model, model, step, splits, findings);
  }

  static StepResult run(
      Model original, Model model, Step step, TaskSplits splits, Findings findings) {
    return run(original, Bundle.of(model), step, splits, findings);
  }

  /** Applies a step to what earlier ones made of the original. */
  public static StepResult run(
      Model original, Bundle parent, Step step, TaskSplits splits, Findings findings) {
    Bundle bundle = Bundle.of(original);
    TrainingSamples samples = trainingSamples(original, splits);
    return new Pipeline(PORTS.runtime(), bundle, splits.choose(), 7)
        .with(findings)
        .with(samples)
        .apply(parent, step);
  }

  /** Of unlabeled pairs, for a model. */
  public static TrainingSamples trainingSamples(Model original) {
    return trainingSamples(original, splits(false, 64));
  }

  static TrainingSamples trainingSamples(Model original, TaskSplits splits) {
    return new TrainingSamples(
        PORTS.runtime(),
        Bundle.of(original),
        new BundleFiles(Map.of(Bundle.SINGLE, file(original))),
        splits,
        Map.of(),
        1,
        Long.MAX_VALUE,
        Optional::empty);
  }

  static Path file(Model model) {
    Path file = FOLDER.resolve(UUID.randomUUID() + ".onnx");
    PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  static StepResult run(Class<? extends Pass> kind, Map<String, Object> more) {
    return run(
        TextGraph.parse(CLASSIFIER),
        Step.of(pass(kind, more), Where.EVERYWHERE),
        splits(true, 256),
        new KeptFindings());
  }

  public static Model only(StepResult result) {
    return result.bundle().part(Bundle.SINGLE);
  }

  /** Which units steps took out that are missing still. */
  public static List<RemovedUnits> removed(StepResult result) {
    return result.bundle().removals(Bundle.SINGLE).stream()
        .flatMap(removal -> removal.units().stream())
        .toList();
  }

  public static float[][] outputs(Model model, Samples samples) {
    try (Runtime.Session session = PORTS.runtime().open(model, Runtime.SessionOptions.of(1))) {
      float[][] outputs = new float[samples.size()][];
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = session.run(((Sample.Tensors) samples.get(i)).inputs()).get("p").toFloats();
      }
      return outputs;
    }
  }

  static double accuracy(Model model) {
    Samples judging = samples(200, 9);
    float[][] outputs = outputs(model, judging);
    int right = 0;
    for (int i = 0; i < outputs.length; i++) {
      right +=
          (outputs[i][0] > outputs[i][1] ? 0 : 1) == larger(judging.get(i)).toLongs()[0] ? 1 : 0;
    }
    return right / 200.;
  }

  public static double distance(Model one, Model other) {
    Samples judging = samples(200, 9);
    float[][] ours = outputs(one, judging);
    float[][] theirs = outputs(other, judging);
    double sum = 0;
    for (int i = 0; i < ours.length; i++) {
      sum += Math.pow(ours[i][0] - theirs[i][0], 2);
    }
    return Math.sqrt(sum / ours.length);
  }

  static float[] weight(Model model, String name) {
    return Parameters.of(model).get(name).constant().orElseThrow().toFloats();
  }
}
