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
import io.demitasse.objective.Match;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.port.Trainer.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models learn what their objectives say, in this process and in one of their own. */
final class TrainerTest {
  private static final Trainer HERE = TorchTrainer.inProcess();

  /** Two layers; the second bias is shared with nothing. */
  private static final Model NETWORK =
      TextGraph.parse(
          """
          ir 10, opset 17
          graph g(x: float[N,4]) -> (y: float[N,3]) {
            w = float[4,8] ~ 1
            b = float[8] {0, 0, 0, 0, 0, 0, 0, 0}
            v = float[8,3] ~ 2
            h = Gemm(x, w, b)
            r = Relu(h)
            y = MatMul(r, v)
          }
          """);

  private static final Objective LABELS =
      Objective.of(new Term.Labels(new Loss.CrossEntropy(0), "y", "label", 1));

  @TempDir private Path folder;

  private static Trainer.Settings settings(Trainer.Optimizer optimizer) {
    return new Trainer.Settings(1, 5, false, Double.POSITIVE_INFINITY, optimizer);
  }

  private static Trainer.Optimizer adam() {
    return new Trainer.Optimizer.AdamW(.9, .999, 1e-8, 0);
  }

  private static Trainer.Setup setup(
      Model model, Objective objective, Map<String, Model> teachers) {
    return new Trainer.Setup(
        List.of(new Trainer.Student("student", model, Parameters.of(model).keySet(), objective)),
        teachers,
        settings(adam()));
  }

  /** The class is the greatest of the first three numbers. */
  private static List<Batch> batches(int count, long seed) {
    Random random = new Random(seed);
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] inputs = new float[16 * 4];
      long[] labels = new long[16];
      for (int row = 0; row < 16; row++) {
        for (int k = 0; k < 4; k++) {
          inputs[4 * row + k] = (float) random.nextGaussian();
        }
        for (int k = 1; k < 3; k++) {
          if (inputs[4 * row + k] > inputs[4 * row + (int) labels[row]]) {
            labels[row] = k;
          }
        }
      }
      batches.add(
          new Batch(
              Map.of("x", Tensor.ofFloats(new long[] {16, 4}, inputs)),
              Map.of("label", Tensor.ofLongs(new long[] {16}, labels))));
    }
    return batches;
  }

  private static void train(Trainer.Session session, int steps, int from) {
    List<Batch> batches = batches(steps + from, 1);
    for (int step = from; step < from + steps; step++) {
      session.step(batches.subList(step, step + 1), .01);
    }
  }

  @Test
  void aModelLearnsLabels() {
    try (Trainer.Session session = HERE.open(setup(NETWORK, LABELS, Map.of()))) {
      List<Batch> unseen = batches(8, 2);
      double before = session.evaluate(unseen, Version.CURRENT).objective();
      train(session, 300, 0);
      double after = session.evaluate(unseen, Version.CURRENT).objective();

      assertThat(before).isGreaterThan(.9);
      assertThat(after).isLessThan(.25);
    }
  }

  @Test
  void aProcessOfItsOwnComputesTheSame() {
    Trainer found = Ports.find(Trainer.class).orElseThrow();
    Map<String, Tensor> here;
    try (Trainer.Session session = HERE.open(setup(NETWORK, LABELS, Map.of()))) {
      train(session, 20, 0);
      here = session.weights(Version.CURRENT).get("student");
    }
    Map<String, Tensor> there;
    try (Trainer.Session session = found.open(setup(NETWORK, LABELS, Map.of()))) {
      train(session, 20, 0);
      there = session.weights(Version.CURRENT).get("student");
    }

    assertThat(there.keySet()).isEqualTo(here.keySet()).containsExactlyInAnyOrder("w", "b", "v");
    here.forEach(
        (key, tensor) -> assertThat(there.get(key).contentEquals(tensor)).as(key).isTrue());
  }

  @Test
  void aSessionThatTurnsToAnotherSetupIsLikeOneThatWasJustOpened() {
    Term half = new Term.Labels(new Loss.CrossEntropy(.5), "y", "label", 1);
    Map<String, Tensor> fresh;
    try (Trainer.Session session = HERE.open(setup(NETWORK, LABELS, Map.of()))) {
      train(session, 5, 0);
      fresh = session.weights(Version.CURRENT).get("student");
    }
    for (Trainer trainer : List.of(HERE, Ports.find(Trainer.class).orElseThrow())) {
      try (Trainer.Session session = trainer.open(setup(NETWORK, Objective.of(half), Map.of()))) {
        train(session, 3, 0);
        session.keep(Version.CURRENT);
        session.turnTo(setup(NETWORK, LABELS, Map.of()));
        train(session, 5, 0);
        session
            .weights(Version.CURRENT)
            .get("student")
            .forEach(
                (key, weight) -> assertThat(weight.contentEquals(fresh.get(key))).as(key).isTrue());
      }
    }
  }

  @Test
  void whatWasRecordedIsComparedWherePositionsCount() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,T,2]) -> (y: float[N,T,2]) {
              w = float[2] {1, 1}
              y = Mul(x, w)
            }
            """);
    Term masked = new Term.Reconstruction("y", "target", "mask", 3);
    Term all = new Term.Reconstruction("y", "target", null, 3);
    long[] sizes = {1, 3, 2};
    Batch batch =
        new Batch(
            Map.of(
                "x", Tensor.ofFloats(sizes, 1, 2, 3, 4, 5, 6),
                "mask", Tensor.ofLongs(new long[] {1, 3}, 1, 1, 0)),
            Map.of("target", Tensor.ofFloats(sizes, 0, 2, 3, 1, 9, 9)));

    // Squared differences are 1, 0, 0, 9 and, where positions are padded, 16 and 9.
    assertThat(objective(model, masked, batch)).isCloseTo(3 * 10 / 4., within(1e-6));
    assertThat(objective(model, all, batch)).isCloseTo(3 * 35 / 6., within(1e-5));
  }

  private static double objective(Model model, Term term, Batch batch) {
    try (Trainer.Session session = HERE.open(setup(model, Objective.of(term), Map.of()))) {
      return session.evaluate(List.of(batch), Version.CURRENT).objective();
    }
  }

  @Test
  void whatFailsInTheOtherProcessIsTold() {
    Objective wrong = Objective.of(new Term.Labels(new Loss.CrossEntropy(0), "y", "missing", 1));
    Trainer found = Ports.find(Trainer.class).orElseThrow();
    try (Trainer.Session session = found.open(setup(NETWORK, wrong, Map.of()))) {
      assertThatThrownBy(() -> session.step(batches(1, 1), .01))
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("The samples have no target 'missing'")
          .extracting(e -> ((DemitasseException) e).kind())
          .isEqualTo(DemitasseException.Kind.BAD_REQUEST);
    }
  }

  @Test
  void aTrainingThatWasSavedGoesOnAsIfItHadNotStopped() {
    Map<String, Tensor> whole;
    try (Trainer.Session session = HERE.open(setup(NETWORK, LABELS, Map.of()))) {
      train(session, 20, 0);
      whole = session.weights(Version.CURRENT).get("student");
    }
    Path saved = folder.resolve("saved");
    try (Trainer.Session session = HERE.open(setup(NETWORK, LABELS, Map.of()))) {
      train(session, 10, 0);
      session.save(saved);
    }
    try (Trainer.Session session = HERE.open(setup(NETWORK, LABELS, Map.of()))) {
      session.restore(saved);
      train(session, 10, 10);
      Map<String, Tensor> resumed = session.weights(Version.CURRENT).get("student");
      whole.forEach(
          (key, tensor) -> assertThat(resumed.get(key).contentEquals(tensor)).as(key).isTrue());
    }
  }

  @Test
  void aStudentLearnsFromATeacher() {
    Model teacher =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,4]) -> (y: float[N,3]) {
              w = float[4,3] ~ 9
              y = MatMul(x, w)
            }
            """);
    Objective objective =
        Objective.of(
            new Term.Distillation("big", List.of(Match.of("y")), 2, 1, .5, 1),
            new Term.Direction("big", List.of(Match.of("y")), false, .1),
            new Term.Features("big", List.of(Match.of("r", "y")), .01),
            new Term.Affinity("big", Match.of("y"), .1));
    try (Trainer.Session session = HERE.open(setup(NETWORK, objective, Map.of("big", teacher)))) {
      List<Batch> unseen = batches(8, 2);
      Trainer.Losses before = session.evaluate(unseen, Version.CURRENT);
      train(session, 400, 0);
      Trainer.Losses after = session.evaluate(unseen, Version.CURRENT);

      assertThat(before.terms())
          .containsOnlyKeys(
              "student/distillation", "student/direction", "student/features", "student/affinity");
      before
          .terms()
          .forEach(
              (name, value) -> assertThat(after.terms().get(name)).as(name).isLessThan(value / 2));
    }
  }

  @Test
  void directionsOfPooledVectorsAreThoseOfTheirMeansOverPositionsThatCount() {
    Objective objective =
        Objective.of(new Term.Direction("teacher", List.of(Match.of("y").masked("mask")), true, 1));
    Batch batch =
        new Batch(
            Map.of(
                "x", Tensor.ofFloats(new long[] {1, 3, 2}, 1, 0, 0, 1, 5, 7),
                "mask", Tensor.ofLongs(new long[] {1, 3}, 1, 1, 0)),
            Map.of());
    try (Trainer.Session session =
        HERE.open(
            setup(
                positions("1, 0, 0, 1"), objective, Map.of("teacher", positions("1, 0, 0, 0"))))) {
      // (.5, .5) and (.5, 0) have an angle of 45 degrees.
      assertThat(session.evaluate(List.of(batch), Version.CURRENT).objective())
          .isCloseTo(1 - Math.sqrt(.5), within(1e-6));
    }
  }

  private static Model positions(String weights) {
    return TextGraph.parse(
        "ir 10, opset 17\n"
            + "graph g(x: float[N,T,2], mask: int64[N,T]) -> (y: float[N,T,2]) {\n"
            + "  w = float[2,2] {"
            + weights
            + "}\n  y = MatMul(x, w)\n}\n");
  }

  @Test
  void twoStudentsTeachEachOther() {
    Objective fromB =
        Objective.of(
            new Term.Labels(new Loss.CrossEntropy(.1), "y", "label", 1),
            new Term.Distillation("b", List.of(Match.of("y")), 1, 0, 1, 1));
    Objective fromA =
        Objective.of(
            new Term.Labels(new Loss.CrossEntropy(.1), "y", "label", 1),
            new Term.Distillation("a", List.of(Match.of("y")), 1, 0, 1, 1));
    Trainer.Setup both =
        new Trainer.Setup(
            List.of(
                new Trainer.Student("a", NETWORK, Parameters.of(NETWORK).keySet(), fromB),
                new Trainer.Student("b", other(), Parameters.of(other()).keySet(), fromA)),
            Map.of(),
            settings(adam()));
    try (Trainer.Session session = HERE.open(both)) {
      Trainer.Losses before = session.evaluate(batches(8, 2), Version.CURRENT);
      train(session, 200, 0);
      Trainer.Losses after = session.evaluate(batches(8, 2), Version.CURRENT);

      assertThat(after.terms().get("a/distillation"))
          .isLessThan(before.terms().get("a/distillation") / 4);
      assertThat(session.weights(Version.CURRENT)).containsOnlyKeys("a", "b");
    }
  }

  private static Model other() {
    return TextGraph.parse(TextGraph.print(NETWORK).replaceAll("\\{0, [^}]*\\}", "~ 11"));
  }

  /**
   * The least of a squared distance and λ|w| is known: what lies nearer to 0 than λ becomes 0, and
   * all else comes nearer by λ.
   */
  @Test
  void sparsityIsSoftThresholding() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (y: float[N,4]) {
              w = float[2,4] {0.3, 0.2, -0.1, 0.05, 1, -2, 0.5, 0.1}
              y = MatMul(x, w)
            }
            """);
    float[] wanted = {.9f, -.04f, .2f, -.6f, .05f, -1, .3f, .02f};
    double lambda = .08;
    // Both rows are axes, so the mean of squares is that of the distances of 8 weights.
    Batch batch =
        new Batch(
            Map.of("x", Tensor.ofFloats(new long[] {2, 2}, 1, 0, 0, 1)),
            Map.of("t", Tensor.ofFloats(new long[] {2, 4}, wanted)));
    Objective objective =
        Objective.of(
            new Term.Labels(new Loss.MeanSquaredError(), "y", "t", 4),
            new Term.Sparsity(false, lambda));
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(new Trainer.Student("s", model, Parameters.of(model).keySet(), objective)),
            Map.of(),
            settings(new Trainer.Optimizer.Sgd(0, false, 0)));
    try (Trainer.Session session = HERE.open(setup)) {
      for (int step = 0; step < 200; step++) {
        session.step(List.of(batch), .5);
      }
      float[] weights = session.weights(Version.CURRENT).get("s").get("w").toFloats();
      for (int i = 0; i < weights.length; i++) {
        double expected = Math.signum(wanted[i]) * Math.max(Math.abs(wanted[i]) - lambda, 0);
        assertThat((double) weights[i]).isCloseTo(expected, within(1e-6));
      }
    }
  }

  @Test
  void numbersThatAreNoneMoveNothingAndAreFound() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,4]) -> (y: float[N,3]) {
              w = float[4,3] ~ 1
              h = MatMul(x, w)
              e = Log(h) # logarithm
              y = Add(e, h)
            }
            """);
    try (Trainer.Session session = HERE.open(setup(model, LABELS, Map.of()))) {
      Trainer.Losses losses = session.step(batches(1, 1), .01);

      assertThat(losses.isFinite()).isFalse();
      assertThat(losses.firstNotFinite())
          .hasValueSatisfying(node -> assertThat(node).contains("logarithm"));
      assertThat(
              session
                  .weights(Version.CURRENT)
                  .get("student")
                  .get("w")
                  .contentEquals(model.graph().find("w").constant().orElseThrow()))
          .isTrue();
    }
  }

  @Test
  void versionsAreKeptApart() {
    try (Trainer.Session session = HERE.open(setup(NETWORK, LABELS, Map.of()))) {
      List<Batch> unseen = batches(4, 2);
      double start = session.evaluate(unseen, Version.CURRENT).objective();
      train(session, 5, 0);
      session.average(1);
      double fifth = session.evaluate(unseen, Version.CURRENT).objective();
      session.keep(Version.AVERAGED);
      train(session, 5, 5);

      assertThat(session.evaluate(unseen, Version.AVERAGED).objective()).isEqualTo(fifth);
      assertThat(session.evaluate(unseen, Version.KEPT).objective()).isEqualTo(fifth);
      assertThat(session.evaluate(unseen, Version.CURRENT).objective())
          .isNotEqualTo(fifth)
          .isNotEqualTo(start);
    }
  }

  @Test
  void operatorsWithoutAGradientAreRefusedBeforeAnythingRuns() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[1,3,8,8], r: float[2,4], i: int64[2]) -> (y) {
              a = RoiAlign(x, r, i) # first
              y = RoiAlign(x, r, i) # second
            }
            """);
    assertThat(HERE.refusals(model))
        .containsExactly("RoiAlign has no gradient here: first, second");
    assertThat(HERE.refusals(NETWORK)).isEmpty();
  }
}
