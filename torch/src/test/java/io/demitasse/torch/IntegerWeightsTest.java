package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.cost.Processor;
import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.ModelPass;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.port.Trainer.Version;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that were quantized learn in their integers, and stay what the runtime computes. */
final class IntegerWeightsTest {
  private static final Trainer HERE = TorchTrainer.inProcess();
  private static final double RATE = 5e-5;
  private static final int STEPS = 200;

  /** Where this processor cuts sums of 8-bit products off, it does not compute what is trained. */
  private static final boolean SATURATES = Processor.detect().saturates();

  private static final Model TOKENS =
      TextGraph.parse(
          """
          ir 10, opset 17
          graph g(x: float[N,6,8], t: int64[N,6]) -> (y: float[...]) {
            e = float[16,8] ~ 1
            w = float[8,12] ~ 2
            b = float[12] ~ 3
            v = float[12,16] ~ 4
            u = float[12,4] ~ 5
            r = Gather(e, t)
            a = Add(r, x)
            h = MatMul(a, w)
            i = Add(h, b)
            s = Relu(i)
            k = MatMul(s, v)
            l = MatMul(s, u)
            y = Concat(k, l) <axis=-1>
          }
          """);

  private static final Model PICTURES =
      TextGraph.parse(
          """
          ir 10, opset 17
          graph g(x: float[N,3,8,8]) -> (y: float[...]) {
            w = float[8,3,3,3] ~ 1
            b = float[8] ~ 2
            d = float[8,1,3,3] ~ 3
            c = float[8] ~ 4
            p = float[4,8,1,1] ~ 5
            q = float[4] ~ 6
            f = Conv(x, w, b) <pads=[1, 1, 1, 1]>
            g = Relu(f)
            h = Conv(g, d, c) <group=8>
            i = Relu(h)
            y = Conv(i, p, q)
          }
          """);

  @TempDir private Path folder;

  static Stream<Arguments> quantized() {
    return Stream.of(
        Arguments.of("dynamic", dynamic(QuantizeDynamic.Form.FUSED, true, SATURATES), TOKENS),
        Arguments.of("standard", dynamic(QuantizeDynamic.Form.STANDARD, true, SATURATES), TOKENS),
        Arguments.of("zero points", dynamic(QuantizeDynamic.Form.FUSED, false, SATURATES), TOKENS),
        Arguments.of("7 bits", dynamic(QuantizeDynamic.Form.STANDARD, true, true), TOKENS),
        Arguments.of("weights", new QuantizeWeights(true, true, 1), TOKENS),
        Arguments.of("weights of convolutions", new QuantizeWeights(true, false, 1), PICTURES),
        Arguments.of("static", fixed(false, true), PICTURES),
        Arguments.of("static, 7 bits, one scale", fixed(true, false), PICTURES));
  }

  private static ModelPass dynamic(
      QuantizeDynamic.Form form, boolean symmetric, boolean reduceRange) {
    return new QuantizeDynamic(form, true, symmetric, reduceRange, true, 1);
  }

  private static ModelPass fixed(boolean reduceRange, boolean perChannel) {
    return new QuantizeStatic(
        List.of(), perChannel, reduceRange, QuantizeStatic.Calibration.MIN_MAX, 100);
  }

  /** What the float model gives is wanted. */
  private static List<Batch> batches(Model model, long seed) {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Map<String, Tensor> inputs =
          ((Sample.Tensors) SyntheticInputs.of(model.graph(), seed + i, 1, Map.of("N", 8L)).get(0))
              .inputs();
      batches.add(
          new Batch(
              inputs, Map.of("t", Objects.requireNonNull(Numbers.run(model, inputs).get("y")))));
    }
    return batches;
  }

  private static double error(Model model, List<Batch> batches) {
    double sum = 0;
    for (Batch batch : batches) {
      float[] found = Numbers.run(model, batch.inputs()).get("y").toFloats();
      float[] wanted = batch.targets().get("t").toFloats();
      double squares = 0;
      for (int i = 0; i < found.length; i++) {
        squares += Math.pow((double) found[i] - wanted[i], 2);
      }
      sum += squares / found.length;
    }
    return sum / batches.size();
  }

  private static Trainer.Setup setup(Model model, Set<String> parameters) {
    Objective objective = Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "y", "t", 1));
    return new Trainer.Setup(
        List.of(new Trainer.Student("s", model, parameters, objective)),
        Map.of(),
        new Trainer.Settings(
            1,
            5,
            false,
            Double.POSITIVE_INFINITY,
            new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01)));
  }

  private static void train(
      Trainer.Session session, List<Batch> batches, double rate, int from, int to) {
    for (int step = from; step < to; step++) {
      session.step(batches, rate * (1 - (double) step / STEPS));
    }
  }

  private static double trainedToTheBest(
      Trainer.Session session, List<Batch> batches, double rate, double start) {
    double best = start;
    for (int step = 0; step < STEPS; step += 10) {
      train(session, batches, rate, step, step + 10);
      double error = session.evaluate(batches, Version.CURRENT).objective();
      if (error < best) {
        best = error;
        session.keep(Version.CURRENT);
      }
    }
    return best;
  }

  private static Model with(Model model, Map<String, Tensor> weights) {
    Model trained = model.copy();
    Map<String, Value> values = Parameters.of(trained);
    weights.forEach(
        (key, tensor) -> {
          Value value = Objects.requireNonNull(values.get(key));
          value.graph().setInitializer(value, tensor);
        });
    return trained;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("quantized")
  void integersLearnAndTheRuntimeComputesWhatWasLearned(
      String name, ModelPass pass, Model original) {
    Model model = PassChecks.applied(pass, original).after();
    List<Batch> batches = batches(original, 1);
    Map<String, Value> parameters = Parameters.of(model);
    try (Trainer.Session session = HERE.open(setup(model, parameters.keySet()))) {
      double start = session.evaluate(batches, Version.CURRENT).objective();
      assertThat(start).isCloseTo(error(model, batches), within(start * .02));
      session
          .weights(Version.KEPT)
          .get("s")
          .forEach(
              (key, tensor) ->
                  assertThat(tensor.contentEquals(parameters.get(key).constant().orElseThrow()))
                      .as(key)
                      .isTrue());

      double end = trainedToTheBest(session, batches, RATE, start);
      Map<String, Tensor> learned = session.weights(Version.KEPT).get("s");

      assertThat(end).isLessThan(start * .97);
      assertThat(error(with(model, learned), batches)).isCloseTo(end, within(start * .02));
      assertThat(moved(parameters, learned)).anyMatch(key -> isInteger(parameters.get(key)));
    }
  }

  /** Without their scales and other floats. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("quantized")
  void integersAloneLearn(String name, ModelPass pass, Model original) {
    Model model = PassChecks.applied(pass, original).after();
    List<Batch> batches = batches(original, 1);
    Map<String, Value> integers = new TreeMap<>(Parameters.of(model));
    integers.values().removeIf(value -> !isInteger(value));
    try (Trainer.Session session = HERE.open(setup(model, integers.keySet()))) {
      double start = session.evaluate(batches, Version.CURRENT).objective();
      double end = trainedToTheBest(session, batches, RATE / 3, start);
      assertThat(end).isLessThan(start * .99);
    }
  }

  private static boolean isInteger(Value value) {
    return !value.constant().orElseThrow().dataType().isFloatingPoint();
  }

  private static List<String> moved(Map<String, Value> before, Map<String, Tensor> after) {
    return after.keySet().stream()
        .filter(key -> !after.get(key).contentEquals(before.get(key).constant().orElseThrow()))
        .toList();
  }

  @Test
  void allWeightsAreParametersAndZeroPointsAreNot() {
    assertThat(keys(dynamic(QuantizeDynamic.Form.FUSED, false, SATURATES), TOKENS))
        .containsExactlyInAnyOrder(
            "e_quantized",
            "e_scale",
            "w_quantized",
            "w_scale",
            "b",
            "v_quantized",
            "v_scale",
            "u_quantized",
            "u_scale");
    // Beside biases of 32 bits no scale moves, for theirs are products of others.
    assertThat(keys(fixed(false, true), PICTURES))
        .contains("w_quantized", "b_quantized", "d_quantized", "c_quantized", "p_quantized")
        .noneMatch(key -> key.endsWith("zero_point") || key.equals("w_scale"));
    assertThat(keys(new QuantizeWeights(true, true, 1), PICTURES))
        .contains("w_quantized", "w_scale", "b");
  }

  private static Set<String> keys(ModelPass pass, Model model) {
    return Parameters.of(PassChecks.applied(pass, model).after()).keySet();
  }

  /** By steps that would carry them far away. */
  @Test
  void weightsStayInTheRangeTheyWereMadeFor() {
    for (boolean reduced : List.of(false, true)) {
      Model model =
          PassChecks.applied(dynamic(QuantizeDynamic.Form.FUSED, true, reduced), TOKENS).after();
      List<Batch> batches = batches(TOKENS, 1);
      try (Trainer.Session session =
          HERE.open(setup(model, Set.of("w_quantized", "v_quantized")))) {
        for (int step = 0; step < 10; step++) {
          session.step(batches, .5);
        }
        Tensor learned = session.weights(Version.CURRENT).get("s").get("w_quantized");
        assertThat(learned.dataType()).isEqualTo(DataType.INT8);
        long[] integers = learned.toLongs();
        long bound = reduced ? 64 : 127;
        assertThat(Arrays.stream(integers).map(Math::abs).max()).hasValue(bound);
      }
    }
  }

  /** One step of Adam moves every weight by the rate, which is rate / scale integers. */
  @Test
  void aStepIsInProportionToTheFloatsThatIntegersStandFor() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (y: float[...]) {
              w = int8[2,3] {10, 20, 30, 40, 50, 60}
              s = float[3] {0.001, 0.01, 0.1}
              d = DequantizeLinear(w, s) <axis=1>
              y = MatMul(x, d)
            }
            """);
    Batch batch =
        new Batch(
            Map.of("x", Tensor.ofFloats(new long[] {2, 2}, 1, 0, 0, 1)),
            Map.of("t", Tensor.ofFloats(new long[] {2, 3}, -9, -9, -9, -9, -9, -9)));
    try (Trainer.Session session = HERE.open(setup(model, Set.of("w")))) {
      session.step(List.of(batch), .02);
      assertThat(session.weights(Version.CURRENT).get("s").get("w").toLongs())
          .containsExactly(-10, 18, 30, 20, 48, 60);
    }
  }

  @Test
  void aScaleStaysAboveZero() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (y: float[...]) {
              w = float[2,2] {1, 2, -1, 3}
              s = float[] {0.5}
              z = int8[] {0}
              h = MatMul(x, w)
              q = QuantizeLinear(h, s, z)
              y = DequantizeLinear(q, s, z)
            }
            """);
    Batch batch =
        new Batch(
            Map.of("x", Tensor.ofFloats(new long[] {2, 2}, 90, 50, -80, 90)),
            Map.of("t", Tensor.ofFloats(new long[] {2, 2}, 0, 0, 0, 0)));
    assertThat(Parameters.of(model).keySet()).containsExactlyInAnyOrder("w", "s");
    try (Trainer.Session session = HERE.open(setup(model, Set.of("s")))) {
      for (int step = 0; step < 50; step++) {
        session.step(List.of(batch), 5);
      }
      float scale = session.weights(Version.CURRENT).get("s").get("s").toFloats()[0];
      assertThat(scale).isPositive().isLessThan(.1f);
    }
  }

  @Test
  void versionsCheckpointsAndProcessesKeepWhatLiesBetweenIntegers() {
    Model model =
        PassChecks.applied(dynamic(QuantizeDynamic.Form.STANDARD, true, SATURATES), TOKENS).after();
    List<Batch> batches = batches(TOKENS, 1);
    Trainer.Setup setup = setup(model, Parameters.of(model).keySet());
    Path saved = folder.resolve("saved");
    Map<String, Tensor> whole;
    Map<String, Tensor> averaged;
    try (Trainer.Session session = HERE.open(setup)) {
      train(session, batches, .01, 0, 10);
      session.save(saved);
      session.average(1);
      train(session, batches, .01, 10, 20);
      session.average(.5);
      whole = session.weights(Version.CURRENT).get("s");
      averaged = session.weights(Version.AVERAGED).get("s");
    }
    try (Trainer.Session session = Ports.find(Trainer.class).orElseThrow().open(setup)) {
      session.restore(saved);
      session.average(1);
      train(session, batches, .01, 10, 20);
      session.average(.5);
      assertEqual(session.weights(Version.CURRENT).get("s"), whole);
      assertEqual(session.weights(Version.AVERAGED).get("s"), averaged);
    }
    assertThat(whole.get("w_quantized").contentEquals(averaged.get("w_quantized"))).isFalse();
  }

  private static void assertEqual(Map<String, Tensor> found, Map<String, Tensor> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach(
        (key, tensor) -> assertThat(tensor.contentEquals(expected.get(key))).as(key).isTrue());
  }

  @Test
  void fourBitsLearnToo() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 21
            graph g(x: float[N,4]) -> (y: float[...]) {
              w = int4[4,2] {-7, 3, 2, -5, 7, 1, 0, 4}
              s = float[2] {0.1, 0.2}
              d = DequantizeLinear(w, s) <axis=1>
              y = MatMul(x, d)
            }
            """);
    Batch batch =
        new Batch(
            Map.of("x", Tensor.ofFloats(new long[] {1, 4}, 1, 1, 1, 1)),
            Map.of("t", Tensor.ofFloats(new long[] {1, 2}, -9, 9)));
    try (Trainer.Session session = HERE.open(setup(model, Set.of("w")))) {
      for (int step = 0; step < 100; step++) {
        session.step(List.of(batch), .1);
      }
      Tensor learned = session.weights(Version.CURRENT).get("s").get("w");
      assertThat(learned.dataType()).isEqualTo(DataType.INT4);
      assertThat(learned.toLongs()).containsExactly(-7, 7, -7, 7, -7, 7, -7, 7);
    }
  }
}
