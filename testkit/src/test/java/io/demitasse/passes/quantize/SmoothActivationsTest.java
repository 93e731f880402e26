package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.calibrate.Calibrator;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.SmoothActivations.Multiply;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.PartContext;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmoothActivationsTest {
  private static final int CHANNELS = 32;

  /** Every thirteenth channel of what goes in is so much larger than the others. */
  private static final double OUTLIER = 40;

  private static final String NORMALIZED =
      """
      ir 8, opset 17
      graph g(x: float[N,S,32]) -> (y: float[...], z: float[...]) {
        gamma = float[32] ~ 1 in [0.5, 20]
        beta = float[32] ~ 2
        w = float[32,64] ~ 3
        v = float[32,16] ~ 4
        n = LayerNormalization(x, gamma, beta) # norm
        y = MatMul(n, w) # first
        z = MatMul(n, v) # second
      }
      """;

  private static SmoothActivations pass(Multiply multiply) {
    return new SmoothActivations(true, .5, multiply, .1, false, 16);
  }

  private static List<Map<String, Tensor>> inputs(long seed) {
    Random random = new Random(seed);
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      double[] numbers = new double[2 * 5 * CHANNELS];
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = random.nextGaussian() * (k % CHANNELS % 13 == 0 ? OUTLIER : 1);
      }
      inputs.add(
          Map.of("x", Tensor.ofNumbers(DataType.FLOAT, new long[] {2, 5, CHANNELS}, numbers)));
    }
    return inputs;
  }

  private static Statistics seen(SmoothActivations pass, Model model) {
    Set<Observation<?>> observations =
        pass.observations(
            model, new PartContext("model", model, model, Step.of(pass, Where.EVERYWHERE), 1));
    if (observations.isEmpty()) {
      return Statistics.NONE;
    }
    List<Sample> samples = new ArrayList<>();
    inputs(1).forEach(each -> samples.add(new Sample.Tensors("a sample", each)));
    return new Calibrator(Ports.find().runtime())
        .collect(
            observations, Bundle.of(model), new IdentityProgram(), Samples.of("samples", samples));
  }

  private static PassRun run(SmoothActivations pass, String text) {
    return run(pass, text, Where.EVERYWHERE);
  }

  private static PassRun run(SmoothActivations pass, String text, Where where) {
    Model model = TextGraph.parse(text);
    return PassRun.of(pass, model, where, seen(pass, model));
  }

  /** Checks that the float model computes the same, to rounding. */
  private static PassRun exact(PassRun run) {
    for (Map<String, Tensor> input : inputs(9)) {
      Numbers.assertClose(Numbers.run(run.before(), input), Numbers.run(run.after(), input), 2e-6);
    }
    return run;
  }

  /** How far the quantized model is off after the pass, against how far it is without. */
  private static double improvement(PassRun run) {
    return error(run.before(), run.after()) / error(run.before(), run.before());
  }

  private static double error(Model expected, Model smoothed) {
    // The standard form is exact on every processor where weights have 7 bits.
    Model quantized =
        PassRun.of(
                new QuantizeDynamic(QuantizeDynamic.Form.STANDARD, true, true, true, true, 16),
                smoothed)
            .after();
    double error = 0;
    for (Map<String, Tensor> input : inputs(9)) {
      Map<String, Tensor> wanted = Numbers.run(expected, input);
      Map<String, Tensor> found = Numbers.run(quantized, input);
      for (Map.Entry<String, Tensor> each : wanted.entrySet()) {
        double[] one = each.getValue().toDoubles();
        double[] other = found.get(each.getKey()).toDoubles();
        double power = Arrays.stream(one).map(number -> number * number).sum();
        for (int i = 0; i < one.length; i++) {
          error += Math.pow(one[i] - other[i], 2) / power;
        }
      }
    }
    return Math.sqrt(error);
  }

  private static List<String> operators(PassRun run) {
    return run.after().graph().nodes().stream().map(Node::opType).toList();
  }

  private static List<String> changed(PassRun run) {
    return run.changes().stream().filter(Change::applied).map(Change::node).toList();
  }

  private static List<String> reasons(PassRun run) {
    return run.changes().stream().filter(change -> !change.applied()).map(Change::text).toList();
  }

  @Test
  void aNormalizationTakesTheScalesOfAllProductsBehindIt() {
    PassRun run = exact(run(pass(Multiply.NOWHERE), NORMALIZED));

    assertThat(operators(run)).containsExactly("LayerNormalization", "MatMul", "MatMul");
    assertThat(changed(run)).containsExactly("norm", "first", "second");
    assertThat(run.after().graph().initializers().stream().map(Value::name))
        .containsExactlyInAnyOrder("gamma_smoothed", "beta_smoothed", "w_smoothed", "v_smoothed");
    assertThat(improvement(run)).isLessThan(.6);
  }

  @Test
  void aSkipLayerNormalizationDoesTooWhereNobodyElseReadsIt() {
    String text =
        """
        ir 8, opset 17, com.microsoft 1
        graph g(x: float[N,S,32]) -> (y: float[...], s: float[...]) {
          gamma = float[32] ~ 1 in [0.5, 20]
          beta = float[32] ~ 2
          w = float[32,64] ~ 3
          n, _, _, s = com.microsoft::SkipLayerNormalization(x, x, gamma, beta) # norm
          y = MatMul(n, w) # first
        }
        """;
    PassRun run = exact(run(pass(Multiply.NOWHERE), text));

    assertThat(operators(run)).containsExactly("SkipLayerNormalization", "MatMul");
    assertThat(improvement(run)).isLessThan(.6);
  }

  @Test
  void aResidualStreamThatReadsTheSameIsAReasonNotTo() {
    String text = NORMALIZED.replace("z = MatMul(n, v) # second", "z = Add(x, n) # residual");

    run(pass(Multiply.BEHIND_FUNCTIONS), text)
        .refuses("Add 'residual' lets no factor through, and no multiplication is put there");
  }

  @Test
  void aMultiplicationBeforeTheProductsIsPutThereWhereItIsAskedFor() {
    String text =
        NORMALIZED
            .replace("z: float[...]", "z: float[...], r: float[...]")
            .replace("z = MatMul(n, v) # second", "z = MatMul(n, v) # second\n  r = Add(x, n)");
    PassRun run = exact(run(pass(Multiply.ANYWHERE), text));

    assertThat(operators(run))
        .containsExactly("LayerNormalization", "Mul", "MatMul", "MatMul", "Add");
    assertThat(run.text()).contains("r = Add(x, n)");
    assertThat(changed(run)).containsExactly("first", "second");
    assertThat(improvement(run)).isLessThan(.6);
  }

  @ParameterizedTest
  @EnumSource
  void behindAFunctionThatIsNotHomogeneousAMultiplicationIsPut(Multiply multiply) {
    String text =
        """
        ir 8, opset 20
        graph g(x: float[N,S,32]) -> (y: float[...]) {
          w = float[32,32] ~ 3 in [0, 0.1]
          v = float[32,16] ~ 4
          h = Gelu(x) # gelu
          y = MatMul(h, v) # second
        }
        """;
    PassRun run = run(pass(multiply), text);

    if (multiply == Multiply.NOWHERE) {
      run.refuses("nothing before 'h' takes factors over, and no multiplication is put there");
    } else {
      assertThat(operators(exact(run))).containsExactly("Gelu", "Mul", "MatMul");
      assertThat(improvement(run)).isLessThan(.6);
    }
  }

  @Test
  void throughReluTheProductBeforeTakesThem() {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[N,S,32]) -> (y: float[...]) {
          u = float[32,64] ~ 3
          d = float[64] ~ 5 in [0.01, 4]
          b = float[64] ~ 6 in [0, 30]
          v = float[64,16] ~ 4
          p = MatMul(x, u) # first
          q = Add(b, p)
          h = Relu(q)
          y = MatMul(h, v) # second
        }
        """;
    PassRun run =
        exact(run(pass(Multiply.NOWHERE), text, Where.EVERYWHERE.except(List.of("nobody"))));

    assertThat(operators(run)).containsExactly("MatMul", "Add", "Relu", "MatMul");
    assertThat(changed(run)).containsExactly("first", "second");
    assertThat(reasons(run))
        .containsExactly(
            "nothing before 'x' takes factors over, and no multiplication is put there");
    assertThat(improvement(run)).isLessThan(1);
  }

  private static String attention(String shape, String back) {
    return """
    ir 8, opset 17
    graph g(x: float[N,S,32]) -> (y: float[...]) {
      q = float[32,32] ~ 1
      k = float[32,32] ~ 2
      v = float[32,32] ~ 3
      o = float[32,16] ~ 4
      b = float[32] {0, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0, 0, 0, -50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 0, 0}
      split = int64[4] {%s}
      merge = int64[3] {%s}
      qp = MatMul(x, q)
      kp = MatMul(x, k)
      vp = MatMul(x, v) # value
      vb = Add(vp, b)
      qs = Reshape(qp, split)
      ks = Reshape(kp, split)
      vs = Reshape(vb, split)
      qt = Transpose(qs) <perm=[0, 2, 1, 3]>
      kt = Transpose(ks) <perm=[0, 2, 3, 1]>
      vt = Transpose(vs) <perm=[0, 2, 1, 3]>
      a = MatMul(qt, kt)
      p = Softmax(a) <axis=3>
      m = MatMul(p, vt)
      mt = Transpose(m) <perm=[0, 2, 1, 3]>
      c = Reshape(mt, merge)
      y = MatMul(c, o) # output
    }
    """
        .formatted(shape, back);
  }

  @Test
  void attentionMixesPlacesAndNoChannelsOfItsValues() {
    PassRun run = exact(run(pass(Multiply.NOWHERE), attention("0, 0, 4, 8", "0, 0, 32")));

    assertThat(changed(run)).containsExactly("value", "output");
  }

  @Test
  void headsThatAreNotBlocksOfChannelsAreRefused() {
    String text =
        attention("0, 0, 4, 8", "0, 0, 32")
            .replace(
                "mt = Transpose(m) <perm=[0, 2, 1, 3]>", "mt = Transpose(m) <perm=[0, 2, 3, 1]>");

    assertThat(reasons(run(pass(Multiply.NOWHERE), text)))
        .anyMatch(reason -> reason.startsWith("Reshape"));
  }

  @Test
  void oneProductThatGivesQueriesKeysAndValuesIsChangedInItsValuesAlone() {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[N,S,32]) -> (y: float[...]) {
          w = float[32,96] ~ 1
          b = float[96] ~ 5 in [-9, 9]
          o = float[32,16] ~ 4
          sizes = int64[3] {32, 32, 32}
          split = int64[4] {0, 0, 4, 8}
          merge = int64[3] {0, 0, -1}
          p0 = MatMul(x, w) # all
          p1 = Add(p0, b)
          qp, kp, vp = Split(p1, sizes) <axis=-1>
          qs = Reshape(qp, split)
          ks = Reshape(kp, split)
          vs = Reshape(vp, split)
          qt = Transpose(qs) <perm=[0, 2, 1, 3]>
          kt = Transpose(ks) <perm=[0, 2, 3, 1]>
          vt = Transpose(vs) <perm=[0, 2, 1, 3]>
          a = MatMul(qt, kt)
          p = Softmax(a) <axis=3>
          m = MatMul(p, vt)
          mt = Transpose(m) <perm=[0, 2, 1, 3]>
          c = Reshape(mt, merge)
          y = MatMul(c, o) # output
        }
        """;
    PassRun run = exact(run(pass(Multiply.NOWHERE), text));

    assertThat(changed(run)).containsExactly("all", "output");
    float[] before = run.before().graph().find("b").constant().orElseThrow().toFloats();
    float[] after = run.after().graph().find("b_smoothed").constant().orElseThrow().toFloats();
    assertThat(Arrays.copyOf(after, 64)).isEqualTo(Arrays.copyOf(before, 64));
    assertThat(after[70]).isNotEqualTo(before[70]);
  }

  @Test
  void gatesLetFactorsThrough() {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[N,S,32]) -> (y: float[...]) {
          g = float[32,64] ~ 1
          u = float[32,64] ~ 2
          d = float[64,16] ~ 3
          gp = MatMul(x, g) # gate
          up = MatMul(x, u) # up
          s = Sigmoid(gp)
          h = Mul(s, up)
          y = MatMul(h, d) # down
        }
        """;
    PassRun run = exact(run(pass(Multiply.NOWHERE), text));

    assertThat(changed(run)).containsExactly("up", "down");
  }

  @Test
  void theFactorOfAMultiplicationIsGivenForEachChannel() {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[N,S,32]) -> (y: float[...]) {
          half = float[] {0.5}
          d = float[32,16] ~ 3
          t = Tanh(x)
          h = Mul(x, t)
          m = Mul(h, half) # scaled
          y = MatMul(m, d) # product
        }
        """;
    PassRun run = exact(run(pass(Multiply.NOWHERE), text));

    assertThat(changed(run)).containsExactly("scaled", "product");
    assertThat(run.text()).contains("half_smoothed = float[32]");
  }

  @Test
  void constantsThatOthersReadStayWhatTheyAre() {
    String text =
        NORMALIZED
            .replace("z: float[...]", "z: float[...], r: float[...]")
            .replace("z = MatMul(n, v) # second", "z = MatMul(n, v) # second\n  r = Add(x, beta)");
    PassRun run = exact(run(pass(Multiply.NOWHERE), text));

    assertThat(run.after().graph().initializers().stream().map(Value::name))
        .contains("beta", "beta_smoothed");
  }

  @Test
  void aWeightThatOthersReadIsNotStoredTwice() {
    String text =
        NORMALIZED
            .replace("z: float[...]", "z: float[...], r: float[...]")
            .replace("z = MatMul(n, v) # second", "z = MatMul(n, v) # second\n  r = MatMul(x, v)");

    assertThat(reasons(run(pass(Multiply.NOWHERE), text)))
        .contains(
            "the weight 'v' has other readers and would be stored twice, and no multiplication is"
                + " put there");
  }

  @Test
  void withoutASearchTheStrengthIsWhatItIsSaidToBe() {
    PassRun run =
        exact(run(new SmoothActivations(false, .75, Multiply.NOWHERE, .1, false, 16), NORMALIZED));

    assertThat(run.changes().getFirst().text()).startsWith("gives balanced at 0.75, error ");
  }

  @Test
  void whatIsSmoothIsLeftAlone() {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[N,S,32]) -> (y: float[...]) {
          gamma = float[32] ~ 1 in [0.99, 1.01]
          w = float[32,64] ~ 3 in [-0.1, 0.1]
          t = Tanh(x)
          n = LayerNormalization(t, gamma) # norm
          y = MatMul(n, w) # first
        }
        """;
    SmoothActivations demanding = new SmoothActivations(true, .5, Multiply.NOWHERE, .9, false, 16);
    PassRun run = run(demanding, text).leavesAlone();

    assertThat(reasons(run)).singleElement().asString().startsWith("its input is smooth enough:");
  }

  @Test
  void whatNobodySawIsLeftAlone() {
    PassRun.of(pass(Multiply.NOWHERE), NORMALIZED).refuses("no data show what its input is like");
  }

  @Test
  void onlyWhatIsSelectedIsTouched() {
    Where others = Where.EVERYWHERE.except(List.of("second"));

    assertThat(reasons(run(pass(Multiply.NOWHERE), NORMALIZED, others)))
        .containsExactly(
            "the step does not select MatMul 'second', and no multiplication is put there");
  }

  @Test
  void strengthsAreParts() {
    assertThatThrownBy(() -> new SmoothActivations(true, 1.5, Multiply.NOWHERE, .1, false, 1))
        .hasMessage("strength must be from 0 to 1, got 1.5");
    assertThatThrownBy(() -> new SmoothActivations(true, .5, Multiply.NOWHERE, 1, false, 1))
        .hasMessage("least-gain must be from 0 to below 1, got 1.0");
    assertThatThrownBy(() -> new SmoothActivations(true, .5, Multiply.NOWHERE, .1, false, 0))
        .hasMessage("minimum-elements must be at least 1, got 0");
  }
}
