package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.PairsLearned;
import io.demitasse.pipeline.Change;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What matters least by normalizations, by other units and by gradients. */
final class ImportanceTest extends PairsLearned {
  private static final int HIDDEN = 8;

  /** Nobody listens to neuron 3, and neuron 5 is heard faintly. */
  private static Model classifier() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (p: float[N,2]) {
              w = float[2,8] ~ 1
              v = float[8,2] ~ 2
              h = MatMul(x, w)
              r = Tanh(h)
              p = MatMul(r, v)
            }
            """);
    double[] v = numbers(model, "v");
    for (int column = 0; column < 2; column++) {
      v[3 * 2 + column] = 0;
      v[5 * 2 + column] *= .01;
    }
    return set(model, "v", v);
  }

  private static double[] numbers(Model model, String name) {
    return model.graph().find(name).constant().orElseThrow().toDoubles();
  }

  private static Model set(Model model, String name, double... numbers) {
    Tensor old = model.graph().find(name).constant().orElseThrow();
    model
        .graph()
        .setInitializer(
            model.graph().find(name), Tensor.ofNumbers(old.dataType(), old.sizes(), numbers));
    return model;
  }

  private static PruneChannels pass(String importance, double ratio) {
    Map<String, Object> options = new HashMap<>();
    options.put("importance", importance);
    options.put("ratio", ratio);
    options.put("allocation", "uniform");
    options.put("take-over", false);
    return PassOptions.of(PruneChannels.class, options);
  }

  private static RemovedUnits removed(Model model, String importance, boolean labeled) {
    Step step = Step.of(pass(importance, .25), Where.EVERYWHERE);
    return removed(run(model, step, splits(labeled, 256), new KeptFindings())).getFirst();
  }

  @ParameterizedTest
  @CsvSource({"taylor, true", "taylor, false", "fisher, true", "fisher, false"})
  void unitsWithoutAnInfluenceOnTheLossGo(String importance, boolean labeled) {
    RemovedUnits told = removed(classifier(), importance, labeled);

    assertThat(told.removed()).containsExactly(3, 5);
    assertThat(told.importance().get(3)).isZero();
    assertThat(told.importance().stream().mapToDouble(each -> each).sum())
        .isCloseTo(1, within(1e-5));
    assertThat(removed(classifier(), importance, labeled)).isEqualTo(told);
  }

  /** The last layer is linear, so that what is true to first order is true. */
  @Test
  void withoutLabelsFisherIsTheErrorOfTheOutputs() {
    Model model = classifier();
    List<Double> told = removed(model, "fisher", false).importance();
    double[] squares = new double[HIDDEN];
    double[] v = numbers(model, "v");
    for (int unit = 0; unit < HIDDEN; unit++) {
      double[] without = v.clone();
      without[unit * 2] = 0;
      without[unit * 2 + 1] = 0;
      float[][] left = outputs(set(model.copy(), "v", without), samples(256, 4));
      float[][] whole = outputs(model, samples(256, 4));
      for (int i = 0; i < whole.length; i++) {
        squares[unit] +=
            Math.pow(whole[i][0] - left[i][0], 2) + Math.pow(whole[i][1] - left[i][1], 2);
      }
    }
    double all = IntStream.range(0, HIDDEN).mapToDouble(unit -> squares[unit]).sum();
    for (int unit = 0; unit < HIDDEN; unit++) {
      assertThat(told.get(unit)).isCloseTo(squares[unit] / all, within(.06));
    }
  }

  @Test
  void gradientsNeedSamplesToTrainOn() {
    assertThatThrownBy(() -> PassChecks.applied(pass("taylor", .25), classifier()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("there are no samples to train on");
  }

  private static Model normalized(String scale) {
    return TextGraph.parse(
        """
        ir 10, opset 17
        graph g(x: float[N,2,4,4]) -> (y: float[N,3]) {
          w = float[4,2,3,3] ~ 1
          scale = float[4] {SCALE}
          bias = float[4] ~ 2
          mean = float[4] {0, 0, 0, 0}
          var = float[4] {1, 1, 1, 1}
          u = float[16,6] ~ 3
          v = float[6,3] ~ 4
          c = Conv(x, w)
          n = BatchNormalization(c, scale, bias, mean, var)
          r = Relu(n)
          f = Flatten(r)
          h = MatMul(f, u)
          t = Tanh(h)
          y = MatMul(t, v)
        }
        """
            .replace("SCALE", scale));
  }

  /** The sign of a factor says nothing. */
  @Test
  void channelsWithTheSmallestFactorsGoAndUnitsWithoutOneStay() {
    PassRun run = PassChecks.applied(pass("batch-norm-scale", .5), normalized("-2, .1, .5, -.2"));

    assertThat(run.removed()).hasSize(1);
    assertThat(run.removed().getFirst().removed()).containsExactly(1, 3);
    assertThat(run.changes())
        .filteredOn(change -> !change.applied())
        .extracting(Change::text)
        .anyMatch(text -> text.startsWith("no batch normalization scales its units"));
  }

  @Test
  void aFactorThatIsNoNumberIsTold() {
    Model model = set(normalized("1, 1, 1, 1"), "scale", 1, Double.NaN, 1, 1);

    assertThatThrownBy(() -> PassChecks.applied(pass("batch-norm-scale", .5), model))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("How much the units of c matter is not a number");
  }

  /** What is not finite on data leaves no statistics, and weights say no more. */
  @ParameterizedTest
  @ValueSource(strings = {"output-error", "redundancy", "l2"})
  void weightsThatAreNoNumbersAreTold(String importance) {
    double[] w = numbers(classifier(), "w");
    w[3] = Double.NaN;

    assertThatThrownBy(() -> PassChecks.applied(pass(importance, .25), set(classifier(), "w", w)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("How much the units of h matter is not a number");
  }

  /** Each of six neurons is there twice, with opposite signs. */
  @Test
  void ofUnitsThatSayTheSameOneGoes() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,6]) -> (y: float[N,3]) {
              w = float[6,12] ~ 1
              v = float[12,3] ~ 2
              h = MatMul(x, w)
              r = Tanh(h)
              y = MatMul(r, v)
            }
            """);
    double[] w = numbers(model, "w");
    for (int row = 0; row < 6; row++) {
      for (int unit = 0; unit < 6; unit++) {
        w[row * 12 + 6 + unit] = -w[row * 12 + unit];
      }
    }

    List<Integer> gone =
        PassChecks.applied(pass("redundancy", .5), set(model, "w", w), 200)
            .removed()
            .getFirst()
            .removed();

    assertThat(gone).hasSize(6);
    assertThat(gone.stream().map(unit -> unit % 6).distinct()).hasSize(6);
  }
}
