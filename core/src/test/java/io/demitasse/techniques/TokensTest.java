package io.demitasse.techniques;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Reduction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokensTest {

  /** Two blocks in which tokens look at each other; their number is told or open. */
  private static Bundle blocks(String tokens) {
    return Bundle.of(
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[B,%s,4]) -> (y) {
              w = float[4,4] ~ 1
              zero = int64[] {0}
              k = Transpose(x) <perm=[0, 2, 1]>
              s = MatMul(x, k)
              p = Softmax(s) <axis=-1>
              m = MatMul(p, x)
              o = MatMul(m, w)
              a = Add(x, o)
              k2 = Transpose(a) <perm=[0, 2, 1]>
              s2 = MatMul(a, k2)
              p2 = Softmax(s2) <axis=-1>
              m2 = MatMul(p2, a)
              o2 = MatMul(m2, w)
              b = Add(a, o2)
              y = Gather(b, zero) <axis=1>
            }
            """
                .formatted(tokens)));
  }

  private static List<Reduction> offered(String budget, String tokens, boolean trains) {
    Goal goal = Goal.of(Budget.parse(budget), Preset.SERVER);
    Knowledge known =
        new Knowledge(new BundleFiles(Map.of(Bundle.SINGLE, Path.of("x"))), true, trains, false);
    return DefaultPlan.of(goal, known).reductions(blocks(tokens)).stream()
        .filter(
            reduction ->
                PassOptions.name(reduction.cuts().getFirst().step().pass().getClass())
                    .equals("merge-tokens"))
        .toList();
  }

  @Test
  void cutsGetDeeperAndNeedNoTraining() {
    Reduction reduction = offered("latency<=60%", "9", false).getFirst();

    assertThat(reduction.cuts())
        .extracting(cut -> PassOptions.text(cut.step().pass()) + " leaves " + cut.left())
        .startsWith("merge-tokens ratio=0.95 leaves 0.975", "merge-tokens ratio=0.9 leaves 0.95")
        .endsWith("merge-tokens ratio=0.25 leaves 0.625");
    assertThat(reduction.recovery()).isEmpty();
    assertThat(reduction.form()).isNotEmpty();
  }

  @Test
  void whereThereIsATrainerItTeachesWhatWasLost() {
    assertThat(offered("latency<=60%", "9", true).getFirst().recovery())
        .singleElement()
        .satisfies(
            step -> assertThat(PassOptions.text(step.pass())).startsWith("distill rate=5.0E-4"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"size<=20%", "size<=20%, latency<=40%", "drop<=1%", "latency<=200%"})
  void nothingIsOfferedWhereSomethingElseIsWanted(String budget) {
    assertThat(offered(budget, "9", true)).isEmpty();
  }

  @Test
  void nothingIsOfferedWhereTheNumberOfTokensVaries() {
    assertThat(offered("latency<=60%", "T", true)).isEmpty();
  }
}
