package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.clean.FoldShapes;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.port.Solver;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Step;
import io.demitasse.search.ScriptedWorkers.Form;
import io.demitasse.search.ScriptedWorkers.ScriptedLayer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which layers are given which form, where layers do as a script says. */
final class AllocatingSearcherTest {
  private static final Budget BUDGET = Budget.parse("drop<=1%");
  private static final Searcher ALLOCATING =
      new AllocatingSearcher(Solver.find().orElseThrow(), Goal.of(BUDGET, Preset.SERVER));

  private static final String DYNAMIC = "quantize-dynamic";
  private static final String WEIGHTS = "quantize-weights";
  private static final Choice CHOICE =
      new Choice(
          List.of(Bundle.SINGLE),
          List.of(form(QuantizeDynamic.class)),
          List.of(form(QuantizeWeights.class), form(QuantizeStatic.class)));

  @TempDir private Path folder;

  @Test
  void whatFitsAsAWholeIsKeptWithoutMeasuringLayers() {
    ScriptedWorkers workers = workers(alike(6, .0001), errors -> errors);

    Round round = ALLOCATING.decide(CHOICE, workers);

    assertThat(round.attempts()).hasSize(1);
    assertThat(title(round)).isEqualTo(DYNAMIC);
  }

  /** A form that loses too much as a whole, and a step after it that is about no layer. */
  private static Choice recoverable() {
    return CHOICE.recoveredBy(List.of(Step.of(new FoldShapes(), Where.EVERYWHERE)));
  }

  @Test
  void whatTrainingWinsBackIsKeptAsAWhole() {
    ScriptedWorkers workers = workers(alike(10, .002), errors -> errors);
    workers.recovering = .05;

    Round round = ALLOCATING.decide(recoverable(), workers);

    assertThat(title(round)).isEqualTo("quantize-dynamic, fold-shapes");
    assertThat(round.attempts()).hasSize(2);
  }

  @Test
  void whereTrainingDoesNotWinEnoughBackLayersAreLeftAlone() {
    ScriptedWorkers workers = workers(alike(10, .002), errors -> errors);
    workers.recovering = .9;

    Round round = ALLOCATING.decide(recoverable(), workers);

    assertThat(round.attempts().get(1).candidate().title())
        .isEqualTo("quantize-dynamic, fold-shapes");
    assertThat(title(round)).startsWith("quantize-dynamic").doesNotContain("fold-shapes");
  }

  @Test
  void whatFitsNeedsNoRecovery() {
    Round round = ALLOCATING.decide(recoverable(), workers(alike(6, .0001), errors -> errors));

    assertThat(round.attempts()).hasSize(1);
  }

  @Test
  void theLayerThatDoesAllTheHarmIsLeftAlone() {
    List<ScriptedLayer> layers = new ArrayList<>(alike(9, .0001));
    layers.add(new ScriptedLayer("bad", 100, Map.of(DYNAMIC, new Form(.5, .25))));

    Round round = ALLOCATING.decide(CHOICE, workers(layers, errors -> errors));

    assertThat(title(round)).isEqualTo("quantize-dynamic but for 1 of 10 layers");
    assertThat(excepted(round)).containsExactly("bad");
  }

  @Test
  void ofLayersThatDoAsMuchHarmTheSmallestAreLeftAlone() {
    List<ScriptedLayer> layers =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    new ScriptedLayer(
                        "n" + i, 1000L * (i + 1), Map.of(DYNAMIC, new Form(.002, .25))))
            .toList();

    Round round = ALLOCATING.decide(CHOICE, workers(layers, errors -> errors));

    // Four of .002 keep to .01 with room for what was predicted too low.
    assertThat(excepted(round)).containsExactlyInAnyOrder("n0", "n1", "n2", "n3");
  }

  @Test
  void aLayerThatOneFormHarmsIsGivenAnother() {
    List<ScriptedLayer> layers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      boolean harmed = i < 2;
      layers.add(
          new ScriptedLayer(
              "n" + i,
              1000,
              Map.of(
                  DYNAMIC, new Form(harmed ? .3 : .0002, .25),
                  WEIGHTS, new Form(harmed ? .001 : .004, .25))));
    }
    ScriptedWorkers workers =
        new ScriptedWorkers(
            folder, layers, BUDGET, errors -> errors, Map.of(DYNAMIC, .4, WEIGHTS, 1.));

    Round round = ALLOCATING.decide(CHOICE, workers);

    assertThat(title(round))
        .isEqualTo("quantize-dynamic in 6 of 8 layers, quantize-weights in 2 of 8 layers");
    Attempt winner = round.winner().orElseThrow();
    assertThat(winner.candidate().added().get(0).where().exceptNodes())
        .containsExactlyInAnyOrder("n0", "n1");
  }

  @Test
  void aLossThatDoesNotGrowAsPredictedIsLearned() {
    List<ScriptedLayer> layers = alike(40, .002);
    // The whole loses .08^2 * 10 = .064, so that 15 of 40 layers fit where 5 would if it grew in
    // proportion.
    DoubleUnaryOperator square = errors -> 10 * errors * errors;

    Round round = ALLOCATING.decide(CHOICE, workers(layers, square));

    Attempt winner = round.winner().orElseThrow();
    int changed = winner.changedNodes().size();
    assertThat(changed).isBetween(13, 15);
    assertThat(round.attempts()).hasSizeLessThanOrEqualTo(1 + 5);
  }

  @Test
  void ofManyAlikeOneAloneIsLeftOutWhereThatIsEnough() {
    // The whole loses 2 % more than it may; one layer of 38 less, and it fits.
    DoubleUnaryOperator loss = errors -> .0102 * Math.pow(errors / .038, 1.2);

    Round round = ALLOCATING.decide(CHOICE, workers(alike(38, .001), loss));

    assertThat(excepted(round)).hasSize(1);
  }

  /**
   * As where a line of text is read right or wrong: four layers of 40 decide, and errors hardly
   * tell.
   */
  @Test
  void layersWhoseErrorsDoNotTellOfTheirHarmAreLeftOutAsGreedySearchDoes() {
    List<ScriptedLayer> layers = new ArrayList<>(alike(36, .001));
    for (int i = 0; i < 4; i++) {
      layers.add(new ScriptedLayer("h" + i, 1000, Map.of(DYNAMIC, new Form(.0011, .25))));
    }
    DoubleUnaryOperator loss = errors -> errors > .0361 ? .024 : .009 * errors / .0361;

    Round allocated = ALLOCATING.decide(CHOICE, workers(layers, loss));
    Round greedy = new GreedySearcher().decide(CHOICE, workers(layers, loss));

    assertThat(excepted(greedy)).containsExactlyInAnyOrder("h0", "h1", "h2", "h3");
    assertThat(cost(allocated)).isLessThanOrEqualTo(cost(greedy) + .01);
  }

  @Test
  void aLayerWhoseErrorIsNoNumberIsLeftAlone() {
    List<ScriptedLayer> layers = new ArrayList<>(alike(5, .0001));
    layers.add(new ScriptedLayer("bad", 100, Map.of(DYNAMIC, new Form(Double.NaN, .25))));

    Round round = ALLOCATING.decide(CHOICE, workers(layers, errors -> errors));

    assertThat(excepted(round)).containsExactly("bad");
  }

  @Test
  void whatComesOfSeveralFormsIsNotTriedStepByStep() {
    List<ScriptedLayer> layers =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    new ScriptedLayer(
                        "n" + i,
                        1000,
                        Map.of(
                            DYNAMIC, new Form(i < 3 ? .001 : .5, .25),
                            WEIGHTS, new Form(i < 3 ? .5 : .001, .25))))
            .toList();

    Round round =
        ALLOCATING.decide(CHOICE, workers(layers, errors -> errors > .0045 ? .5 : errors));

    assertThat(round.attempts()).anyMatch(attempt -> attempt.requested().size() > 1);
    assertThat(round.missed()).isEmpty();
  }

  @Test
  void aFormThatIsTooSlowAsAWholeIsGivenToTheLayersThatAreFaster() {
    Round round = ALLOCATING.decide(CHOICE, workers(threeOfEightFaster(), errors -> errors));

    // Three layers save .1875 of the time, which three that take half again as long may spend.
    Attempt winner = round.winner().orElseThrow();
    assertThat(winner.changedNodes()).contains("n5", "n6", "n7").hasSize(6);
    assertThat(winner.timeRatio()).isLessThan(1.01);
  }

  private static List<ScriptedLayer> threeOfEightFaster() {
    return IntStream.range(0, 8)
        .mapToObj(
            i ->
                new ScriptedLayer(
                    "n" + i, 1000, Map.of(DYNAMIC, new Form(.0001, .25, i < 5 ? 1.5 : .5))))
        .toList();
  }

  @Test
  void layersOfAPartThatWasATinyShareOfItsBundleAreNotWorthTheTime() {
    ScriptedWorkers workers = workers(threeOfEightFaster(), errors -> errors);
    workers.original = workers.beside(2_000_000);

    Round round = ALLOCATING.decide(CHOICE, workers);

    assertThat(round.winner()).isEmpty();
    assertThat(workers.parent().files().bytes()).isEqualTo(9_000);
  }

  @Test
  void aFormThatIsTooSlowInEveryLayerIsLeftAlone() {
    List<ScriptedLayer> layers =
        IntStream.range(0, 8)
            .mapToObj(
                i -> new ScriptedLayer("n" + i, 1000, Map.of(DYNAMIC, new Form(.0001, .25, 1.5))))
            .toList();

    Round round = ALLOCATING.decide(CHOICE, workers(layers, errors -> errors));

    assertThat(round.attempts()).hasSize(1);
    assertThat(round.winner()).isEmpty();
  }

  @Test
  void nothingIsKeptWhereEveryLayerIsTooHarmful() {
    Round round = ALLOCATING.decide(CHOICE, workers(alike(6, .5), errors -> errors));

    assertThat(round.winner()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void isAsGoodAsTheGreedySearchOrBetter(long seed) {
    Random random = new Random(seed);
    List<ScriptedLayer> layers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      double error = Math.exp(3 * random.nextGaussian() - 8);
      long bytes = (long) Math.exp(7 + random.nextGaussian());
      layers.add(new ScriptedLayer("n" + i, bytes, Map.of(DYNAMIC, new Form(error, .25))));
    }
    double power = .6 + random.nextDouble();
    DoubleUnaryOperator loss = errors -> Math.pow(errors, power);

    Round allocated = ALLOCATING.decide(CHOICE, workers(layers, loss));
    Round greedy = new GreedySearcher().decide(CHOICE, workers(layers, loss));

    assertThat(cost(allocated)).isLessThanOrEqualTo(cost(greedy) + .01);
  }

  @Test
  void theSameAnswersLeadToTheSameDecision() {
    List<ScriptedLayer> layers = alike(30, .001);

    Round once = ALLOCATING.decide(CHOICE, workers(layers, errors -> 2 * errors));
    Round again = ALLOCATING.decide(CHOICE, workers(layers, errors -> 2 * errors));

    assertThat(excepted(again)).isEqualTo(excepted(once)).isNotEmpty();
  }

  private ScriptedWorkers workers(List<ScriptedLayer> layers, DoubleUnaryOperator loss) {
    return new ScriptedWorkers(folder, layers, BUDGET, loss, Map.of());
  }

  private static List<ScriptedLayer> alike(int count, double error) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ScriptedLayer("n" + i, 1000, Map.of(DYNAMIC, new Form(error, .25))))
        .toList();
  }

  private static Option form(Class<? extends Pass> pass) {
    return Option.of(Step.of(PassOptions.defaults(pass), Where.ofPart(Bundle.SINGLE)));
  }

  private static String title(Round round) {
    return round.winner().orElseThrow().candidate().title();
  }

  private static List<String> excepted(Round round) {
    return round.winner().orElseThrow().candidate().added().getLast().where().exceptNodes();
  }

  private static double cost(Round round) {
    return round.winner().map(Attempt::cost).orElse(0.);
  }
}
