package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.tune.FineTune;
import io.demitasse.passes.tune.PairsLearned;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Units come back among others that have learned. */
final class RestoreTest extends PairsLearned {
  private static final Map<String, Object> LEARNING =
      Map.of("rate", .02, "epochs", 4, "batch", 16, "weight-decay", 0);

  private final KeptFindings findings = new KeptFindings();

  /** Of the neurons, the one that the layer behind them does not listen to. */
  private static final int IDLE = 5;

  /** Twelve neurons between two layers, and a bias for each. */
  private static Model network() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (p: float[N,2]) {
              w = float[2,12] ~ 1
              b = float[12] ~ 2
              v = float[12,2] ~ 3
              h = MatMul(x, w)
              c = Add(h, b)
              r = Tanh(c)
              l = MatMul(r, v)
              p = Softmax(l)
            }
            """);
    Value v = model.graph().find("v");
    float[] numbers = v.constant().orElseThrow().toFloats();
    Arrays.fill(numbers, 2 * IDLE, 2 * IDLE + 2, 0);
    model.graph().setInitializer(v, Tensor.ofFloats(new long[] {12, 2}, numbers));
    return model;
  }

  private static Step step(Class<? extends Pass> pass, Map<String, Object> options) {
    return Step.of(PassOptions.of(pass, options), Where.EVERYWHERE);
  }

  private StepResult then(Bundle parent, Class<? extends Pass> pass, Map<String, Object> options) {
    return run(network(), parent, step(pass, options), splits(true, 256), findings);
  }

  private StepResult then(
      StepResult before, Class<? extends Pass> pass, Map<String, Object> options) {
    return then(before.bundle(), pass, options);
  }

  private StepResult cut() {
    return then(Bundle.of(network()), PruneChannels.class, Map.of("ratio", .5));
  }

  private StepResult learned() {
    return then(cut(), FineTune.class, LEARNING);
  }

  private static double[] weight(Model model, String name) {
    return model.graph().find(name).constant().orElseThrow().toDoubles();
  }

  private static Set<Integer> gone(StepResult result) {
    return new HashSet<>(removed(result).getFirst().removed());
  }

  @Test
  void whatNothingWasDoneToComesBackAsItWas() {
    StepResult cut = cut();
    assertThat(weight(only(cut), "b")).hasSize(6);

    StepResult restored = then(cut, Restore.class, Map.of());

    assertThat(TextGraph.print(only(restored))).isEqualTo(TextGraph.print(network()));
    assertThat(removed(restored)).isEmpty();
  }

  /** What others took over is given back, what they learned is kept. */
  @Test
  void unitsComeBackAmongThoseThatLearned() {
    StepResult cut = cut();
    StepResult learned = then(cut, FineTune.class, LEARNING);

    Model whole = only(then(learned, Restore.class, Map.of()));

    int[] kept = IntStream.range(0, 12).filter(unit -> !gone(cut).contains(unit)).toArray();
    double[] before = weight(network(), "v");
    double[] after = weight(only(cut), "v");
    double[] now = weight(only(learned), "v");
    double[] restored = weight(whole, "v");
    for (int unit : gone(cut)) {
      assertThat(restored[2 * unit]).isEqualTo(before[2 * unit]);
      assertThat(weight(whole, "b")[unit]).isEqualTo(weight(network(), "b")[unit]);
    }
    for (int i = 0; i < kept.length; i++) {
      assertThat(restored[2 * kept[i]] - before[2 * kept[i]])
          .isCloseTo(now[2 * i] - after[2 * i], Offset.offset(1e-6));
      assertThat(weight(whole, "b")[kept[i]]).isEqualTo(weight(only(learned), "b")[i]);
    }
    assertThat(now).isNotEqualTo(after);
  }

  @Test
  void unitsThatComeBackByGradientChangeNothingUntilTheyLearn() {
    StepResult learned = learned();

    StepResult grown = then(learned, Restore.class, Map.of("share", .5));

    assertThat(weight(only(grown), "b")).hasSize(9);
    assertThat(gone(grown)).hasSize(3).isSubsetOf(gone(learned));
    assertThat(distance(only(grown), only(learned))).isLessThan(1e-6);
    Model trained = only(then(grown, FineTune.class, LEARNING));
    double[] quiet = weight(only(grown), "v");
    double[] moved = weight(trained, "v");
    List<Integer> back =
        IntStream.range(0, quiet.length).filter(i -> Math.abs(quiet[i]) < 1e-5).boxed().toList();
    assertThat(back).hasSize(6).allMatch(i -> Math.abs(moved[i]) > 1e-3);
  }

  /** Nothing hangs on a unit whose weights are zero in the layer behind it. */
  @Test
  void theUnitThatALossHangsOnLeastStaysAway() {
    StepResult learned = learned();
    assertThat(gone(learned)).hasSize(6).contains(IDLE);

    StepResult grown = then(learned, Restore.class, Map.of("share", 5. / 6));

    assertThat(gone(grown)).containsExactly(IDLE);
  }

  @Test
  void thoseThatMatteredMostComeBackByImportance() {
    StepResult learned = learned();
    RemovedUnits lost = removed(learned).getFirst();

    StepResult restored = then(learned, Restore.class, Map.of("share", .34, "by", "importance"));

    Set<Integer> best =
        new HashSet<>(
            lost.removed().stream()
                .sorted(Comparator.comparingDouble(unit -> -lost.importance().get(unit)))
                .limit(2)
                .toList());
    Set<Integer> back = new HashSet<>(lost.removed());
    back.removeAll(gone(restored));
    assertThat(back).isEqualTo(best);
    assertThat(restored.changes())
        .extracting(Change::text)
        .containsExactly("brings back 2 of 6 removed units of " + lost.group());
  }

  @Test
  void unitsThatStayedAwayCanComeBackLater() {
    StepResult some = then(learned(), Restore.class, Map.of("share", .5, "by", "importance"));

    StepResult all = then(some, Restore.class, Map.of());

    assertThat(weight(only(all), "b")).hasSize(12);
    assertThat(removed(all)).isEmpty();
  }

  @Test
  void aReplayBringsBackTheSameUnits() {
    StepResult learned = learned();
    StepResult first = then(learned, Restore.class, Map.of("share", .5));

    StepResult again =
        run(
            network(),
            learned.bundle(),
            first.steps().getFirst(),
            splits(true, 256),
            new KeptFindings());

    assertThat(TextGraph.print(only(again))).isEqualTo(TextGraph.print(only(first)));
  }

  @Test
  void nothingComesBackToWhatWasChangedOtherwise() {
    StepResult cut = cut();
    StepResult rounded = then(cut, QuantizeDynamic.class, Map.of("minimum-elements", 1));
    assertThat(rounded.changedAnything()).isTrue();

    StepResult restored = then(rounded, Restore.class, Map.of());

    assertThat(restored.changedAnything()).isFalse();
    assertThat(restored.changes().getFirst().text())
        .endsWith("bring back what went before a later step changes operators or sizes");
  }

  @Test
  void nothingComesBackWhereNothingWent() {
    StepResult restored = then(Bundle.of(network()), Restore.class, Map.of());

    assertThat(restored.changes())
        .extracting(Change::text)
        .containsExactly("no earlier step of the recipe removed any units of it");
  }

  @Test
  void aShareOfLessThanAUnitIsNone() {
    StepResult restored = then(cut(), Restore.class, Map.of("share", .05, "by", "importance"));

    assertThat(restored.changedAnything()).isFalse();
    assertThat(restored.changes())
        .extracting(Change::text)
        .containsExactly("so few units went, or can come back, that none does");
  }

  @Test
  void aShareIsAboveNothing() {
    assertThatThrownBy(() -> PassOptions.of(Restore.class, Map.of("share", 0)))
        .hasMessageContaining("share must be above 0 and at most 1, got 0.0");
  }
}
