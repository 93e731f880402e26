package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Trainer;
import io.demitasse.torch.TorchTrainer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that are zero and others change places while a model learns. */
final class RegrowthTest {
  private static final int INPUTS = 16;
  private static final int OUTPUTS = 8;

  @TempDir private Path folder;

  private static Model product(int inputs, int outputs, float... weights) {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,%d]) -> (y: float[N,%d]) {
              w = float[1] {0}
              y = MatMul(x, w)
            }
            """
                .formatted(inputs, outputs));
    model
        .graph()
        .setInitializer(
            model.graph().find("w"), Tensor.ofFloats(new long[] {inputs, outputs}, weights));
    return model;
  }

  private static Trainer.Session open(Trainer trainer, Model model, Trainer.Optimizer optimizer) {
    Objective objective = Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "y", "t", 1));
    return trainer.open(
        new Trainer.Setup(
            List.of(new Trainer.Student("s", model, Parameters.of(model).keySet(), objective)),
            Map.of(),
            new Trainer.Settings(
                1,
                3,
                false,
                Double.POSITIVE_INFINITY,
                optimizer,
                Long.MAX_VALUE,
                true,
                Trainer.Device.CPU)));
  }

  private static Trainer.Optimizer adam() {
    return new Trainer.Optimizer.AdamW(.9, .999, 1e-8, 0);
  }

  private static float[] weight(Trainer.Session session, Trainer.Version version) {
    return session.weights(version).get("s").values().iterator().next().toFloats();
  }

  /** Each row of x is a unit vector, so the gradient is how far weights are from their targets. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSmallestGiveWayToThoseThatTheGradientWants(boolean here) {
    Model model = product(4, 2, .1f, 0, -.5f, 0, .3f, 0, 0, 0);
    Batch batch =
        new Batch(
            Map.of(
                "x",
                Tensor.ofFloats(new long[] {4, 4}, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)),
            Map.of("t", Tensor.ofFloats(new long[] {4, 2}, 9, 1, -.5f, 0, .3f, 2, 0, -3)));
    Trainer trainer = here ? TorchTrainer.inProcess() : new TorchTrainer();
    try (Trainer.Session session = open(trainer, model, new Trainer.Optimizer.Sgd(0, false, 0))) {
      session.step(List.of(batch), 0);
      session.regrow(.34);

      assertThat(weight(session, Trainer.Version.CURRENT))
          .containsExactly(0, 0, -.5f, 0, .3f, 0, 0, 0);

      session.step(List.of(batch), .1);

      float[] moved = weight(session, Trainer.Version.CURRENT);
      assertThat(moved[7]).isCloseTo(-.1f * 2 * 3 / 8, within(1e-6f));
      assertThat(Arrays.copyOf(moved, 7)).containsExactly(0, 0, -.5f, 0, .3f, 0, 0);
    }
  }

  @Test
  void withoutZerosNothingChangesPlaces() {
    Model model = product(2, 2, .1f, .2f, .3f, .4f);
    try (Trainer.Session session = open(TorchTrainer.inProcess(), model, adam())) {
      session.step(examples(1, 2, new float[] {1, 1, 1, 1}).get(0), 0);
      session.regrow(1);

      assertThat(weight(session, Trainer.Version.CURRENT)).containsExactly(.1f, .2f, .3f, .4f);
    }
  }

  /** Of a matrix with some zeros what it gives for random rows. */
  private static List<List<Batch>> examples(int count, int inputs, float[] wanted) {
    Random random = new Random(count);
    int outputs = wanted.length / inputs;
    List<List<Batch>> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] x = new float[inputs];
      float[] t = new float[outputs];
      for (int k = 0; k < inputs; k++) {
        x[k] = (float) random.nextGaussian();
        for (int m = 0; m < outputs; m++) {
          t[m] += x[k] * wanted[k * outputs + m];
        }
      }
      examples.add(
          List.of(
              new Batch(
                  Map.of("x", Tensor.ofFloats(new long[] {1, inputs}, x)),
                  Map.of("t", Tensor.ofFloats(new long[] {1, outputs}, t)))));
    }
    return examples;
  }

  /** A quarter of the numbers are not zero. */
  private static float[] sparse(long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[INPUTS * OUTPUTS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextInt(4) == 0 ? (float) random.nextGaussian() : 0;
    }
    return numbers;
  }

  private static long zeros(float... numbers) {
    return IntStream.range(0, numbers.length).filter(i -> numbers[i] == 0).count();
  }

  /** Where the zeros lie at the wrong places, no training helps but one that moves them. */
  @Test
  void zerosFindTheirPlaces() {
    float[] start = sparse(1);
    float[] wanted = sparse(2);
    assertThat(zeros(start)).isLessThanOrEqualTo(zeros(wanted));

    Trained kept = trained(start, wanted, Schedule.Regrowth.NONE);
    Trained regrown = trained(start, wanted, new Schedule.Regrowth(.3, 30));

    assertThat(objective(regrown)).isLessThan(objective(kept) / 20);
    float[] learned = regrown.weights().get("s").values().iterator().next().toFloats();
    assertThat(zeros(learned)).isGreaterThanOrEqualTo(zeros(start));
  }

  private static double objective(Trained trained) {
    return trained.points().getLast().objective();
  }

  private static Trained trained(float[] start, float[] wanted, Schedule.Regrowth regrowth) {
    Schedule schedule =
        new Schedule(
            600,
            16,
            new Schedule.Rate(.03, .05, Schedule.Decay.COSINE),
            new Schedule.Averaging.Exponential(.9),
            regrowth,
            10,
            10,
            Duration.ofHours(1),
            7);
    Examples learned = all(examples(400, INPUTS, wanted));
    try (Trainer.Session session =
        open(TorchTrainer.inProcess(), product(INPUTS, OUTPUTS, start), adam())) {
      return new Training(session, learned, all(examples(50, INPUTS, wanted)), schedule, _ -> {})
          .run();
    }
  }

  private static Examples all(List<List<Batch>> examples) {
    return Examples.of(examples.stream().flatMap(List::stream).toList());
  }

  @Test
  void aCheckpointKnowsWhichAreZero() {
    Model model = product(INPUTS, OUTPUTS, sparse(1));
    List<List<Batch>> steps = examples(12, INPUTS, sparse(2));
    Path checkpoint = folder.resolve("checkpoint");
    float[] expected;
    try (Trainer.Session session = open(TorchTrainer.inProcess(), model, adam())) {
      for (int i = 0; i < 6; i++) {
        session.step(steps.get(i), .01);
        session.regrow(.2);
      }
      session.save(checkpoint);
      expected = finished(session, steps);
    }
    try (Trainer.Session session = open(TorchTrainer.inProcess(), model, adam())) {
      session.restore(checkpoint);

      assertThat(finished(session, steps)).isEqualTo(expected);
    }
  }

  private static float[] finished(Trainer.Session session, List<List<Batch>> steps) {
    steps.subList(6, 12).forEach(step -> session.step(step, .01));
    return weight(session, Trainer.Version.CURRENT);
  }

  @Test
  void fewerAndFewerAreExchangedUntilThreeQuartersAreDone() {
    Schedule.Regrowth regrowth = new Schedule.Regrowth(.4, 3);

    double[] shares =
        IntStream.rangeClosed(1, 12).mapToDouble(step -> regrowth.at(step, 12)).toArray();

    assertThat(shares[2]).isCloseTo(.4 * .75, within(1e-12));
    assertThat(shares[5]).isCloseTo(.4 * .25, within(1e-12));
    assertThat(Arrays.stream(shares).filter(share -> share > 0).count()).isEqualTo(2);
    assertThat(Schedule.Regrowth.NONE.at(3, 12)).isZero();
  }
}
