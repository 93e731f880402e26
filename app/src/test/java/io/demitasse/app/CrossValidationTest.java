package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Event;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import io.demitasse.report.Report;
import io.demitasse.report.Report.CrossValidated;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Samples of which one is a thousand times as large as the others. Where it is calibrated on, steps
 * of 8 bits are so wide that the others vanish; where it is not, it is cut off.
 */
final class CrossValidationTest {
  private static final int COUNT = 24;
  private static final int WIDTH = 64;
  private static final String OUTLIER = "sample 7";
  private static final Pass STATIC =
      PassOptions.of(
          QuantizeStatic.class,
          Map.of("operators", List.of("MatMul"), "calibration", "min-max", "reduce-range", true));

  @TempDir private Path folder;
  private Path model;
  private final List<Event> events = new ArrayList<>();

  @BeforeEach
  void writeModel() throws IOException {
    model = folder.resolve("product.onnx");
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                """
                ir 8, opset 17
                graph g(x: float[1,64]) -> (y: float[1,256]) {
                  w = float[64,256] ~ 1
                  y = MatMul(x, w)
                }
                """),
            model,
            ModelFormat.WriteOptions.DEFAULT);
  }

  @Test
  void everySampleIsJudgedByAModelThatWasCalibratedWithoutIt() {
    Nearness task = new Nearness(samples(COUNT), true);
    Report report = compressed(task, STATIC, "drop<=100%");

    ScoreComparison own = score(report.accuracy().scores(), OUTLIER);
    assertThat(own.candidate().value()).as("calibrated on it").isGreaterThan(.95);
    assertThat(score(report.accuracy().scores(), "others").candidate().value()).isLessThan(.2);

    CrossValidated folds = report.accuracy().crossValidated();
    assertThat(folds.folds()).isEqualTo(5);
    assertThat(folds.told())
        .isEqualTo(
            "cross-validated in 5 folds: each judged a model that was calibrated on the others");
    assertThat(score(folds.scores(), OUTLIER).candidate().value())
        .as("cut off by a model that never saw it")
        .isLessThan(.05);
    // Who stands in a fold with the outlier is judged by a model without it.
    int spared =
        task.splits(TaskSplits.Request.PLAIN).folds().tasks().stream()
            .map(fold -> ids(fold.samples()))
            .filter(ids -> ids.contains(OUTLIER))
            .mapToInt(ids -> ids.size() - 1)
            .sum();
    ScoreComparison others = score(folds.scores(), "others");
    assertThat(others.samples()).isEqualTo(COUNT - 1);
    assertThat(others.candidate().value())
        .isBetween(.9 * spared / (COUNT - 1), (spared + .2 * (COUNT - 1 - spared)) / (COUNT - 1));
    assertThat(others.candidate().value())
        .isNotEqualTo(score(report.accuracy().scores(), "others").candidate().value());
  }

  @Test
  void aLimitThatTheCalibratedAloneKeepIsNotMet() {
    Report report =
        compressed(
            new Nearness(samples(COUNT), true), STATIC, "drop<=100%, drop(" + OUTLIER + ")<=10%");

    assertThat(report.candidates()).anyMatch(Report.Tried::kept);
    assertThat(report.budget().met()).isFalse();
    assertThat(report.budget().reasons())
        .singleElement()
        .asString()
        .startsWith(OUTLIER + " drops by 0.9")
        .contains("cross-validated; on samples that it was calibrated on, the loss is 0.0");
  }

  @Test
  void nothingRunsWhereNothingWasCalibrated() {
    Pass weights = PassOptions.defaults(QuantizeWeights.class);
    Report report = compressed(new Nearness(samples(COUNT), true), weights, "drop<=100%");

    assertThat(report.candidates()).anyMatch(Report.Tried::kept);
    assertThat(report.accuracy().splits().sizes().shared()).isNotEmpty();
    assertThat(report.accuracy().crossValidated()).isEqualTo(CrossValidated.NONE);
    assertThat(events).noneMatch(CrossValidationTest::isOfAFold);
  }

  @Test
  void whyThereAreNoFoldsIsTold() {
    assertThat(told(new Nearness(samples(7), true)))
        .isEqualTo("not cross-validated: two folds need 8 different samples, or more");
    assertThat(told(new Nearness(samples(COUNT), false)))
        .isEqualTo("not cross-validated: the task does not divide its samples");
    assertThat(events).noneMatch(CrossValidationTest::isOfAFold);
  }

  private String told(Task task) {
    String told = compressed(task, STATIC, "drop<=100%").accuracy().crossValidated().told();
    assertThat(events).contains(new Event.Noted(told));
    return told;
  }

  @Test
  void aResolvedRecipeIsNotCalibratedAgain() {
    Nearness task = new Nearness(samples(COUNT), true);
    try (Compressed small = job(task, recipe(STATIC, "drop<=100%")).compress();
        Compressed replayed = job(task, small.recipe()).compress()) {
      assertThat(replayed.report().accuracy().crossValidated().told())
          .isEqualTo("not cross-validated: the recipe says what its steps were calibrated to");
      assertThat(replayed.report().accuracy().scores())
          .isEqualTo(small.report().accuracy().scores());
    }
  }

  private Report compressed(Task task, Pass pass, String limits) {
    try (Compressed small = job(task, recipe(pass, limits)).compress()) {
      return small.report();
    }
  }

  private static Recipe recipe(Pass pass, String limits) {
    return new Recipe(
        List.of(Step.of(pass, Where.EVERYWHERE)),
        "nearness",
        Budget.parse("latency<=1000000%, " + limits),
        7,
        false,
        Map.of());
  }

  /** Where time hardly counts, so that what is kept does not depend on it. */
  private Demitasse job(Task task, Recipe recipe) {
    return Demitasse.open(model)
        .effort(new PairedTiming.Effort(3, 3, 1))
        .threads(1)
        .recipe(recipe)
        .task(task)
        .events(events::add);
  }

  private static boolean isOfAFold(Event event) {
    return event instanceof Event.Started(String what, OptionalInt _)
        && what.startsWith("cross-validating");
  }

  private static ScoreComparison score(List<ScoreComparison> scores, String metric) {
    return scores.stream().filter(score -> score.metric().equals(metric)).findFirst().orElseThrow();
  }

  private static Set<String> ids(Samples samples) {
    Set<String> ids = new HashSet<>();
    IntStream.range(0, samples.size()).forEach(i -> ids.add(samples.get(i).id()));
    return ids;
  }

  private static Samples samples(int count) {
    SplittableRandom random = new SplittableRandom(3);
    return Samples.of(
        "vectors",
        IntStream.range(0, count)
            .mapToObj(i -> "sample " + i)
            .map(
                id -> {
                  float[] numbers = new float[WIDTH];
                  for (int i = 0; i < WIDTH; i++) {
                    numbers[i] =
                        (float) random.nextDouble(-1, 1) * (id.equals(OUTLIER) ? 1_000 : 1);
                  }
                  Tensor x = Tensor.ofFloats(new long[] {1, WIDTH}, numbers);
                  return new Sample.Tensors(id, Map.of("x", x));
                })
            .toList());
  }

  /**
   * How near an output is to the original's, from 0 to 1: of the outlier and of the others.
   *
   * @param divides whether it can be divided
   */
  private record Nearness(Samples samples, boolean divides) implements Task {
    @Override
    public String name() {
      return "nearness";
    }

    @Override
    public Program program() {
      return new IdentityProgram();
    }

    @Override
    public TaskSplits splits(TaskSplits.Request request) {
      return divides
          ? TaskSplits.of(
              new TaskSplits.Scored(
                  samples, samples.size(), "samples", _ -> "", Map.of("others", 30)),
              request,
              places -> new Nearness(samples.only(places), true))
          : TaskSplits.undivided(this);
    }

    @Override
    public List<String> metrics() {
      return List.of("others", OUTLIER);
    }

    /** What is kept of a sample. */
    private record Near(boolean isOutlier, double nearness) {}

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<>(
          (sample, outputs, reference) ->
              new Near(
                  samples.get(sample).id().equals(OUTLIER),
                  nearness(outputs.get("y").toFloats(), reference.get("y").toFloats())),
          Nearness::judged);
    }

    private static List<Score> judged(List<Near> all) {
      List<Score> scores = new ArrayList<>();
      for (boolean outlier : new boolean[] {false, true}) {
        List<Near> some = all.stream().filter(near -> near.isOutlier == outlier).toList();
        if (!some.isEmpty()) {
          Statistic mean = Statistic.mean(some, Near::nearness);
          scores.add(Score.limited(outlier ? OUTLIER : "others", mean));
        }
      }
      return scores;
    }

    private static double nearness(float[] numbers, float[] expected) {
      double off = 0;
      double size = 0;
      for (int i = 0; i < numbers.length; i++) {
        off += Math.pow(numbers[i] - expected[i], 2);
        size += Math.pow(expected[i], 2);
      }
      return 1 - Math.min(1, Math.sqrt(off / size));
    }
  }
}
