package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.port.Trainer.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Gradients are summed up example by example, and nothing is moved by it. */
final class GradientsTest {
  private static final Trainer HERE = TorchTrainer.inProcess();

  /** Of (y - t)² the gradient is 2 (y - t) x. */
  private static final Model LINE =
      TextGraph.parse(
          """
          ir 10, opset 17
          graph g(x: float[N,2]) -> (y: float[N,1]) {
            w = float[2,1] {1, -1}
            unused = float[2,1] {1, 2}
            y = MatMul(x, w)
            z = MatMul(x, unused)
          }
          """);

  private static Trainer.Setup setup(Set<String> parameters) {
    Objective objective =
        Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "y", "right", 1));
    return new Trainer.Setup(
        List.of(new Trainer.Student("student", LINE, parameters, objective)),
        Map.of(),
        new Trainer.Settings(
            1, 5, false, Double.POSITIVE_INFINITY, new Trainer.Optimizer.Sgd(0, false, 0)));
  }

  private static Batch example(float first, float second, float right) {
    return new Batch(
        Map.of("x", Tensor.ofFloats(new long[] {1, 2}, first, second)),
        Map.of("right", Tensor.ofFloats(new long[] {1, 1}, right)));
  }

  /** y is 1 and -1, so gradients are 2 · 2 · (2, 1) and 2 · -3 · (1, 2). */
  private static final List<Batch> EXAMPLES = List.of(example(2, 1, -1), example(1, 2, 2));

  @Test
  void sumsMagnitudesAndSquaresAreThoseOfEachExample() {
    try (Trainer.Session session = HERE.open(setup(Set.of("w")))) {
      Trainer.Gradients sums = session.gradients(EXAMPLES).get("student").get("w");

      assertThat(sums.values().sizes()).containsExactly(2, 1);
      assertThat(sums.values().toDoubles()).containsExactly(new double[] {2, -8}, within(1e-5));
      assertThat(sums.magnitudes().toDoubles())
          .containsExactly(new double[] {14, 16}, within(1e-5));
      assertThat(sums.squares().toDoubles()).containsExactly(new double[] {100, 160}, within(1e-4));
    }
  }

  @Test
  void aBatchIsOneExample() {
    Batch both =
        new Batch(
            Map.of("x", Tensor.ofFloats(new long[] {2, 2}, 2, 1, 1, 2)),
            Map.of("right", Tensor.ofFloats(new long[] {2, 1}, -1, 2)));
    try (Trainer.Session session = HERE.open(setup(Set.of("w")))) {
      Trainer.Gradients sums = session.gradients(List.of(both)).get("student").get("w");

      assertThat(sums.values().toDoubles()).containsExactly(new double[] {1, -4}, within(1e-5));
      assertThat(sums.squares().toDoubles()).containsExactly(new double[] {1, 16}, within(1e-4));
    }
  }

  @Test
  void nothingIsMovedAndAStepBehindItIsTheSame() {
    Map<String, Tensor> alone;
    try (Trainer.Session session = HERE.open(setup(Set.of("w")))) {
      session.step(EXAMPLES, .1);
      alone = session.weights(Version.CURRENT).get("student");
    }
    try (Trainer.Session session = HERE.open(setup(Set.of("w")))) {
      session.gradients(EXAMPLES);
      assertThat(session.weights(Version.CURRENT).get("student").get("w").toFloats())
          .containsExactly(1, -1);
      session.step(EXAMPLES, .1);
      assertThat(session.weights(Version.CURRENT).get("student").get("w").toFloats())
          .containsExactly(alone.get("w").toFloats());
    }
  }

  @Test
  void whatNothingDependsOnHasAGradientOfZero() {
    try (Trainer.Session session = HERE.open(setup(Set.of("w", "unused")))) {
      assertThat(session.gradients(EXAMPLES).get("student").get("unused").squares().toDoubles())
          .containsExactly(0, 0);
    }
  }

  @Test
  void aProcessOfItsOwnComputesTheSameEachTime() {
    Trainer.Gradients here;
    try (Trainer.Session session = HERE.open(setup(Set.of("w")))) {
      here = session.gradients(EXAMPLES).get("student").get("w");
    }
    try (Trainer.Session session =
        Ports.find(Trainer.class).orElseThrow().open(setup(Set.of("w")))) {
      for (int i = 0; i < 2; i++) {
        Trainer.Gradients there = session.gradients(EXAMPLES).get("student").get("w");
        assertThat(there.values().contentEquals(here.values())).isTrue();
        assertThat(there.magnitudes().contentEquals(here.magnitudes())).isTrue();
        assertThat(there.squares().contentEquals(here.squares())).isTrue();
      }
    }
  }

  @Test
  void anExampleWithoutAFiniteGradientIsTold() {
    try (Trainer.Session session = HERE.open(setup(Set.of("w")))) {
      assertThatThrownBy(
              () -> session.gradients(List.of(EXAMPLES.getFirst(), example(Float.NaN, 1, 0))))
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("The gradient of example 1 is not finite");
    }
  }

  /**
   * Whether what is rounded goes back on the very values of the grid it came from, or on equal ones
   * that others know: then it is computed in one, or node by node.
   */
  private static Map<String, Trainer.Gradients> ofRounded(String back, String both) {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (y: float[N,1]) {
              w = float[2,3] {1, 2, -1, 0.3, 2, 0.7}
              v = float[3,1] {0.5, -1, 2}
              u = float[3,1] {1, 1, -1}
              s = float[] {0.03}
              z = uint8[] {100}
              %s = uint8[] {100}
              %s = uint8[] {100}
              h = MatMul(x, w)
              q = QuantizeLinear(h, s, z)
              d = DequantizeLinear(q, s, %s)
              e = DequantizeLinear(q, s, %s)
              a = MatMul(d, v)
              b = MatMul(e, u)
              y = Add(a, b)
            }
            """
                .formatted("z1", "z2", back, both));
    Objective objective =
        Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "y", "right", 1));
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(new Trainer.Student("student", model, Set.of("w", "s"), objective)),
            Map.of(),
            new Trainer.Settings(
                1, 5, false, Double.POSITIVE_INFINITY, new Trainer.Optimizer.Sgd(0, false, 0)));
    try (Trainer.Session session = HERE.open(setup)) {
      return session
          .gradients(List.of(example(2, 1, -1), example(1, 2, 2), example(.4f, -.3f, 1)))
          .get("student");
    }
  }

  @Test
  void roundingThatIsComputedInOneHasTheGradientsOfItsNodes() {
    Map<String, Trainer.Gradients> together = ofRounded("z", "z");
    Map<String, Trainer.Gradients> apart = ofRounded("z1", "z2");

    for (String key : Set.of("w", "s")) {
      double[] expected = apart.get(key).values().toDoubles();
      assertThat(Arrays.stream(expected).anyMatch(each -> Math.abs(each) > .01)).isTrue();
      assertThat(together.get(key).values().toDoubles()).containsExactly(expected, within(1e-4));
    }
  }
}
