package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.port.ParetoSolver;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Step;
import io.demitasse.search.ScriptedWorkers.Form;
import io.demitasse.search.ScriptedWorkers.ScriptedLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which results stand beside each other, where layers do as a script says. */
final class FrontSearcherTest {
  private static final Budget BUDGET = Budget.parse("drop<=1%");
  private static final Goal GOAL = Goal.of(BUDGET, Preset.SERVER);
  private static final String DYNAMIC = "quantize-dynamic";
  private static final String WEIGHTS = "quantize-weights";
  private static final Choice CHOICE =
      new Choice(
          List.of(Bundle.SINGLE),
          List.of(form(QuantizeDynamic.class)),
          List.of(form(QuantizeWeights.class)));

  @TempDir private Path folder;

  @Test
  void resultsReachFromFaithfulToSmall() {
    FrontSearcher.Found found = front(layers(40, .0008, 1), errors -> errors, 4);

    // The whole of .032 is beyond what .01 permits.
    assertThat(found.kept()).hasSize(4);
    assertThat(found.kept()).isSortedAccordingTo((a, b) -> Long.compare(bytes(b), bytes(a)));
    List<Integer> changed = found.kept().stream().map(each -> each.changedNodes().size()).toList();
    assertThat(changed).doesNotHaveDuplicates();
    assertThat(changed.getLast()).isBetween(8, 12);
  }

  @Test
  void noneBeatsAnotherAndAllKeepTheBudget() {
    FrontSearcher.Found found = front(layers(30, .001, .9), errors -> 2 * errors, 5);

    assertThat(found.kept()).hasSizeGreaterThan(2).allMatch(Attempt::acceptable);
    for (Attempt one : found.kept()) {
      for (Attempt other : found.kept()) {
        assertThat(
                bytes(one) < bytes(other)
                    && one.timeRatio() < other.timeRatio()
                    && loss(one) < loss(other))
            .isFalse();
      }
    }
  }

  @Test
  void whatFitsAsAWholeIsOnTheFront() {
    FrontSearcher.Found found = front(layers(10, .0001, .5), errors -> errors, 3);

    assertThat(found.kept()).anyMatch(each -> each.changedNodes().size() == 10);
  }

  /** Twice what was predicted is lost, so that the first combinations leave the budget. */
  @Test
  void aPredictionThatIsTooLowIsCorrected() {
    DoubleUnaryOperator bent = errors -> errors < .02 ? 2 * errors : errors;

    FrontSearcher.Found found = front(layers(40, .0008, 1), bent, 3);

    assertThat(found.attempts()).anyMatch(attempt -> !attempt.acceptable());
    assertThat(found.kept()).hasSizeGreaterThanOrEqualTo(2).allMatch(Attempt::acceptable);
  }

  @Test
  void nothingIsKeptWhereNothingFits() {
    FrontSearcher.Found found = front(layers(10, .5, 1), errors -> errors, 3);

    assertThat(found.kept()).isEmpty();
  }

  @Test
  void theSameAnswersLeadToTheSameFront() {
    List<String> once = titles(front(layers(25, .001, .9), errors -> errors, 4));
    List<String> again = titles(front(layers(25, .001, .9), errors -> errors, 4));

    assertThat(again).isEqualTo(once).isNotEmpty();
  }

  private FrontSearcher.Found front(
      List<ScriptedLayer> layers, DoubleUnaryOperator loss, int count) {
    ScriptedWorkers workers = new ScriptedWorkers(folder, layers, BUDGET, loss, Map.of());
    ParetoSolver solver = Ports.find(ParetoSolver.class).orElseThrow();
    return new FrontSearcher(solver, GOAL, workers, 7).front(List.of(CHOICE), count);
  }

  /** In dynamic form layers lose half of what they lose with stored weights, which are as fast. */
  private static List<ScriptedLayer> layers(int count, double error, double time) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new ScriptedLayer(
                    "n" + i,
                    1000 + 10L * i,
                    Map.of(
                        DYNAMIC, new Form(error, .25, time),
                        WEIGHTS, new Form(2 * error, .25, 1))))
        .toList();
  }

  private static Option form(Class<? extends Pass> pass) {
    return Option.of(Step.of(PassOptions.defaults(pass), Where.ofPart(Bundle.SINGLE)));
  }

  private static List<String> titles(FrontSearcher.Found found) {
    return found.kept().stream().map(each -> each.candidate().title()).toList();
  }

  private static long bytes(Attempt attempt) {
    return attempt.node().files().bytes();
  }

  private static double loss(Attempt attempt) {
    return new PermittedLoss(BUDGET).share(attempt);
  }
}
