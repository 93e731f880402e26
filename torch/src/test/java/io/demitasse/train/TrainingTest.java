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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of a model that is trained by a schedule. */
final class TrainingTest {
  private static final Model NETWORK =
      TextGraph.parse(
          """
          ir 10, opset 17
          graph g(x: float[N,4]) -> (y: float[N,1]) {
            w = float[4,16] ~ 1
            v = float[16,1] ~ 2
            h = MatMul(x, w)
            r = Tanh(h)
            y = MatMul(r, v)
          }
          """);

  private static final Schedule SCHEDULE =
      new Schedule(
          200,
          8,
          new Schedule.Rate(.02, .1, Schedule.Decay.COSINE),
          new Schedule.Averaging.None(),
          10,
          5,
          Duration.ofHours(1),
          7);

  private static Trainer.Session open(Trainer.Optimizer optimizer) {
    Objective objective = Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "y", "t", 1));
    return TorchTrainer.inProcess()
        .open(
            new Trainer.Setup(
                List.of(
                    new Trainer.Student("s", NETWORK, Parameters.of(NETWORK).keySet(), objective)),
                Map.of(),
                new Trainer.Settings(1, 3, false, Double.POSITIVE_INFINITY, optimizer)));
  }

  private static Trainer.Session open() {
    return open(new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01));
  }

  /** The sum of the first two numbers, less the cube of the third. */
  private static Examples examples(int count, long seed) {
    Random random = new Random(seed);
    List<Batch> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] x = new float[4];
      for (int k = 0; k < 4; k++) {
        x[k] = random.nextFloat() * 2 - 1;
      }
      examples.add(
          new Batch(
              Map.of("x", Tensor.ofFloats(new long[] {1, 4}, x)),
              Map.of("t", Tensor.ofFloats(new long[] {1, 1}, x[0] + x[1] - x[2] * x[2] * x[2]))));
    }
    return Examples.of(examples);
  }

  private static Trained train(Schedule schedule) {
    try (Trainer.Session session = open()) {
      return new Training(session, examples(160, 1), examples(40, 2), schedule, _ -> {}).run();
    }
  }

  @Test
  void theBestThatWasJudgedIsKept() {
    Trained trained = train(SCHEDULE);

    double least = trained.points().stream().mapToDouble(Point::objective).min().orElseThrow();
    Point best =
        trained.points().stream()
            .filter(point -> point.step() == trained.best())
            .findFirst()
            .orElseThrow();
    assertThat(best.objective())
        .isEqualTo(least)
        .isLessThan(trained.points().getFirst().objective() / 10);
    assertThat(trained.weights().get("s")).containsOnlyKeys("w", "v");
  }

  @Test
  void theSameSeedGivesTheSameWeights() {
    Map<String, Tensor> once = train(SCHEDULE).weights().get("s");
    Map<String, Tensor> again = train(SCHEDULE).weights().get("s");

    once.forEach((key, tensor) -> assertThat(again.get(key).contentEquals(tensor)).isTrue());
  }

  @Test
  void aRateThatMakesEverythingWorseLeavesTheStart() {
    Schedule wild =
        new Schedule(
            40,
            8,
            new Schedule.Rate(5, 0, Schedule.Decay.NONE),
            new Schedule.Averaging.None(),
            40,
            3,
            Duration.ofHours(1),
            7);
    try (Trainer.Session session = open(new Trainer.Optimizer.Sgd(.9, true, 0))) {
      Trained trained =
          new Training(session, examples(160, 1), examples(40, 2), wild, _ -> {}).run();

      assertThat(trained.best()).isZero();
      assertThat(trained.end()).isIn(Trained.End.NO_BETTER, Trained.End.DIVERGED);
      assertThat(trained.why()).isPresent();
      trained
          .weights()
          .get("s")
          .forEach(
              (key, tensor) ->
                  assertThat(
                          tensor.contentEquals(NETWORK.graph().find(key).constant().orElseThrow()))
                      .as(key)
                      .isTrue());
    }
  }

  @Test
  void trainingEndsWhenItsTimeIsUp() {
    AtomicLong now = new AtomicLong();
    Schedule minute =
        new Schedule(
            200,
            8,
            SCHEDULE.rate(),
            new Schedule.Averaging.Exponential(.9),
            10,
            5,
            Duration.ofMinutes(1),
            7);
    try (Trainer.Session session = open()) {
      // Two readings each step or point, a second apart.
      Trained trained =
          new Training(
                  session,
                  examples(160, 1),
                  examples(40, 2),
                  minute,
                  _ -> {},
                  () -> now.getAndAdd(Duration.ofSeconds(1).toNanos()))
              .run();

      assertThat(trained.end()).isEqualTo(Trained.End.OUT_OF_TIME);
      assertThat(trained.points().getLast().step()).isBetween(20, 60);
    }
  }

  @Test
  void meansOfWeightsAreJudgedWhereTheyAreAskedFor() {
    Schedule averaged =
        new Schedule(
            200,
            8,
            SCHEDULE.rate(),
            new Schedule.Averaging.Stochastic(.5),
            10,
            5,
            Duration.ofHours(1),
            7);

    List<Point> points = train(averaged).points();
    assertThat(points.getLast().objective())
        .isNotEqualTo(train(SCHEDULE).points().getLast().objective())
        .isLessThan(points.getFirst().objective() / 10);
  }

  @Test
  void everyExampleIsSeenOnceAnEpoch() {
    Examples examples = examples(21, 1);
    Order order = new Order(examples, 4, 9);

    List<Float> seen = new ArrayList<>();
    for (int step = 0; step < order.stepsOfEpoch(); step++) {
      order.batches(step).forEach(batch -> targets(batch).forEach(seen::add));
    }

    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 21)
                .mapToObj(i -> examples.get(i).targets().get("t").toFloats()[0])
                .toList());
    assertThat(order.batches(order.stepsOfEpoch()).getFirst().targets().get("t").toFloats())
        .isNotEqualTo(order.batches(0).getFirst().targets().get("t").toFloats());
  }

  @Test
  void anExampleIsLoadedOnceAnEpoch() {
    Examples examples = examples(70, 1);
    List<Integer> loaded = new ArrayList<>();
    Examples counted =
        new Examples() {
          @Override
          public int size() {
            return examples.size();
          }

          @Override
          public Batch get(int index) {
            loaded.add(index);
            return examples.get(index);
          }
        };
    Order order = new Order(counted, 2, 9);

    for (int step = 0; step < order.stepsOfEpoch(); step++) {
      order.batches(step);
    }

    assertThat(loaded).hasSize(70).doesNotHaveDuplicates();
  }

  private static List<Float> targets(Batch batch) {
    List<Float> targets = new ArrayList<>();
    for (float target : batch.targets().get("t").toFloats()) {
      targets.add(target);
    }
    return targets;
  }

  @Test
  void examplesOfOneFormAreStackedAndOthersComeAfterThem() {
    List<Batch> examples = new ArrayList<>();
    for (int length : new int[] {3, 5, 3, 5, 5}) {
      examples.add(
          new Batch(
              Map.of("x", Tensor.ofLongs(new long[] {1, length}, new long[length])), Map.of()));
    }

    assertThat(Stacking.stacked(examples).stream().map(batch -> batch.inputs().get("x").sizes()))
        .containsExactly(new long[] {2, 3}, new long[] {3, 5});
  }

  @Test
  void theRateRisesAndFalls() {
    Schedule.Rate rate = new Schedule.Rate(1, .25, Schedule.Decay.LINEAR);

    assertThat(rate.at(0, 8)).isCloseTo(.5, within(1e-12));
    assertThat(rate.at(1, 8)).isCloseTo(1, within(1e-12));
    assertThat(rate.at(5, 8)).isCloseTo(.5, within(1e-12));
    assertThat(new Schedule.Rate(2, 0, Schedule.Decay.COSINE).at(4, 8)).isCloseTo(1, within(1e-12));
    assertThat(new Schedule.Rate(2, 1, Schedule.Decay.COSINE).at(7, 8)).isCloseTo(2, within(1e-12));
  }
}
