package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.port.Trainer.Version;
import io.demitasse.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Activations that are dropped and computed once more. */
@Isolated("it looks for the process that it started")
final class CheckpointingTest {

  /** What gradients need takes no more than this, so that it is always computed in segments. */
  private static final long NOTHING = 1;

  private static Trainer.Settings settings(long memory) {
    return new Trainer.Settings(
        1, 5, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01), memory);
  }

  private static Trainer.Session session(Trainer trainer, Model model, Term term, long memory) {
    return trainer.open(
        new Trainer.Setup(
            List.of(
                new Trainer.Student(
                    "student", model, Parameters.of(model).keySet(), Objective.of(term))),
            Map.of(),
            settings(memory)));
  }

  private static Map<String, Tensor> trained(
      Model model, Term term, List<List<Batch>> steps, long memory) {
    try (Trainer.Session session = session(TorchTrainer.inProcess(), model, term, memory)) {
      steps.forEach(batches -> session.step(batches, .01));
      return session.weights(Version.CURRENT).get("student");
    }
  }

  private static void assertLearnsTheSame(Model model, Term term, List<List<Batch>> steps) {
    Map<String, Tensor> whole = trained(model, term, steps, Long.MAX_VALUE);
    Map<String, Tensor> divided = trained(model, term, steps, NOTHING);

    assertThat(divided.keySet()).isEqualTo(whole.keySet());
    whole.forEach(
        (key, weight) -> assertThat(divided.get(key).contentEquals(weight)).as(key).isTrue());
    Map<String, Value> before = Parameters.of(model);
    assertThat(whole)
        .as("something was learned")
        .anySatisfy(
            (key, weight) ->
                assertThat(weight.contentEquals(before.get(key).constant().orElseThrow()))
                    .isFalse());
  }

  private static Model zoo(String name, String settings) {
    Map<String, String> chosen = new LinkedHashMap<>();
    for (String each : settings.split(" ", -1)) {
      chosen.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    return Zoo.make(name, chosen, 1).parts().values().iterator().next();
  }

  private static Tensor floats(Random random, long... sizes) {
    float[] numbers = new float[(int) Tensor.elementCount(sizes)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(sizes, numbers);
  }

  private static Tensor longs(Random random, int below, long... sizes) {
    return Tensor.ofLongs(sizes, random.longs(Tensor.elementCount(sizes), 0, below).toArray());
  }

  private static Batch batch(Map<String, Tensor> inputs, Tensor label) {
    return new Batch(inputs, Map.of("label", label));
  }

  private static final String TRANSFORMER =
      "width=16 layers=3 heads=2 hidden=32 words=20 positions=12";

  @Test
  void aResNetLearnsTheSameBitByBit() {
    Random random = new Random(1);
    List<List<Batch>> steps = new ArrayList<>();
    for (int step = 0; step < 3; step++) {
      steps.add(
          List.of(
              batch(Map.of("pixel_values", floats(random, 4, 3, 32, 32)), longs(random, 5, 4))));
    }
    Model model = zoo("resnet-18", "image=32 classes=5 width=4");
    String output = model.graph().outputs().getFirst().name();

    assertLearnsTheSame(
        model, new Term.Labels(new Loss.CrossEntropy(0), output, "label", 1), steps);
  }

  @Test
  void aTransformerWithTiedWeightsLearnsTheSameFromSeveralBatches() {
    Random random = new Random(2);
    List<List<Batch>> steps = new ArrayList<>();
    for (int step = 0; step < 3; step++) {
      List<Batch> batches = new ArrayList<>();
      for (int length : new int[] {5, 8}) {
        batches.add(
            batch(
                Map.of(
                    "input_ids", longs(random, 20, 2, length),
                    "attention_mask", Tensor.ofLongs(new long[] {2, length}, ones(2 * length))),
                longs(random, 20, 2, length)));
      }
      steps.add(batches);
    }
    Model model = zoo("gpt-2", TRANSFORMER);
    String output = model.graph().outputs().getFirst().name();

    assertLearnsTheSame(
        model, new Term.Labels(new Loss.CrossEntropy(0), output, "label", 1), steps);
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Dropout, a weight that is read three times, integers that learn, a branch, two outputs. */
  private static final Model ODD =
      TextGraph.parse(
          """
          ir 10, opset 21
          graph g(x: float[N,8], c: bool[]) -> (y: float[N,4], z: float[N,8]) {
            w = float[8,8] ~ 1
            q = int8[8,8] {%s}
            s = float[] {0.02}
            v = float[8,4] ~ 3
            half = float[] {0.5}
            yes = bool[] {true}
            h = MatMul(x, w)
            r = Tanh(h)
            d = Dropout(r, half, yes)
            e = MatMul(d, w)
            f = DequantizeLinear(q, s)
            g1 = MatMul(e, f)
            k = Add(g1, r)
            z = MatMul(k, w)
            o = If(c) <
              then_branch = graph t() -> (p: float[...]) { p = MatMul(z, f) },
              else_branch = graph n() -> (m: float[...]) { m = Neg(z) }
            >
            a = Dropout(o, half, yes)
            b = Add(a, k)
            y = MatMul(b, v)
          }
          """
              .formatted(integers()));

  private static String integers() {
    StringBuilder text = new StringBuilder("1");
    for (int i = 1; i < 64; i++) {
      text.append(", ").append(i * 37 % 100 - 50);
    }
    return text.toString();
  }

  @Test
  void whatIsRandomTiedRoundedOrInABranchIsTheSameToo() {
    Random random = new Random(3);
    List<List<Batch>> steps = new ArrayList<>();
    for (int step = 0; step < 4; step++) {
      List<Batch> batches = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        batches.add(
            batch(
                Map.of(
                    "x", floats(random, 6, 8),
                    "c", Tensor.ofBytes(io.demitasse.ir.DataType.BOOL, new long[0], (byte) i)),
                longs(random, 4, 6)));
      }
      steps.add(batches);
    }

    assertThat(Parameters.of(ODD)).containsKeys("w", "q", "v");
    assertLearnsTheSame(ODD, new Term.Labels(new Loss.CrossEntropy(0), "y", "label", 1), steps);
  }

  @Test
  void aLossThatIsNoNumberLeavesNothingBehind() {
    Term term = new Term.Labels(new Loss.CrossEntropy(0), "y", "label", 1);
    Random random = new Random(4);
    Tensor no = Tensor.ofBytes(io.demitasse.ir.DataType.BOOL, new long[0], (byte) 0);
    Batch good = batch(Map.of("x", floats(random, 6, 8), "c", no), longs(random, 4, 6));
    float[] bad = new float[48];
    bad[0] = Float.NaN;
    Batch wrong =
        batch(
            Map.of("x", Tensor.ofFloats(new long[] {6, 8}, bad), "c", no),
            good.targets().get("label"));
    try (Trainer.Session session = session(TorchTrainer.inProcess(), ODD, term, NOTHING)) {
      assertThat(session.step(List.of(wrong), .01).isFinite()).isFalse();
      assertThat(session.step(List.of(good), .01).isFinite()).isTrue();
    }
  }

  // ---- Memory

  private static final int LAYERS = 120;
  private static final int ROWS = 8192;

  /** Layers of which each makes three values of two megabytes. */
  private static Model deep() {
    StringBuilder text = new StringBuilder("ir 10, opset 20\ngraph g(x0: float[N,64]) -> (x");
    text.append(LAYERS).append(": float[N,64]) {\nw = float[64,64] ~ 1\n");
    for (int i = 0; i < LAYERS; i++) {
      text.append(
          "a%d = MatMul(x%<d, w)\nb%<d = Tanh(a%<d)\nx%d = Sin(b%1$d)\n".formatted(i, i + 1));
    }
    return TextGraph.parse(text.append("}\n").toString());
  }

  /** The most memory that the process of a session has had, in bytes. */
  private static long peak(long memory) throws IOException {
    Trainer trainer = Ports.find(Trainer.class).orElseThrow();
    Term term = new Term.Labels(new Loss.MeanSquaredError(), "x" + LAYERS, "label", 1);
    Random random = new Random(5);
    Tensor input = floats(random, ROWS, 64);
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    try (Trainer.Session session = session(trainer, deep(), term, memory)) {
      session.step(List.of(batch(Map.of("x0", input), input)), .01);
      ProcessHandle child =
          ProcessHandle.current()
              .children()
              .filter(each -> !before.contains(each))
              .findFirst()
              .orElseThrow();
      return Files.readAllLines(Path.of("/proc/" + child.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aStepTakesLessMemory() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")));
    long activations = 3L * LAYERS * ROWS * 64 * Float.BYTES;

    long whole = peak(Long.MAX_VALUE);
    long divided = peak(activations / 2);

    assertThat(whole - divided).isGreaterThan(activations / 3);
  }
}
