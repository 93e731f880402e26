package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ir.Verifier;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.PairsLearned;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Blocks go whole, those that do least first. */
final class RemoveBlocksTest extends PairsLearned {

  /** Three residual blocks between a first and a last layer; the second does next to nothing. */
  private static Model residual() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (p: float[N,2]) {
              first = float[2,8] ~ 1
              a1 = float[8,8] ~ 2
              a2 = float[8,8] ~ 3
              b1 = float[8,8] ~ 4
              b2 = float[8,8] ~ 5
              c1 = float[8,8] ~ 6
              c2 = float[8,8] ~ 7
              last = float[8,2] ~ 8
              s = MatMul(x, first)
              f1 = MatMul(s, a1)
              g1 = Tanh(f1)
              h1 = MatMul(g1, a2)
              t = Add(s, h1)
              f2 = MatMul(t, b1)
              g2 = Tanh(f2)
              h2 = MatMul(g2, b2)
              u = Add(t, h2)
              f3 = MatMul(u, c1)
              g3 = Tanh(f3)
              h3 = MatMul(g3, c2)
              v = Add(u, h3)
              p = MatMul(v, last)
            }
            """);
    Value small = model.graph().find("b2");
    double[] numbers = small.constant().orElseThrow().toDoubles();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= 1e-4;
    }
    Tensor old = small.constant().orElseThrow();
    model.graph().setInitializer(small, Tensor.ofNumbers(old.dataType(), old.sizes(), numbers));
    return model;
  }

  private static StepResult remove(Model model, int count, Where where, KeptFindings findings) {
    RemoveBlocks pass = PassOptions.of(RemoveBlocks.class, Map.of("count", count, "layers", 2));
    return run(model, Step.of(pass, where), splits(true, 64), findings);
  }

  private static List<String> weights(Model model) {
    return model.graph().initializers().stream().map(Value::name).toList();
  }

  @Test
  void theOneThatDoesNextToNothingGoes() {
    Model model = residual();

    StepResult result = remove(model, 1, Where.EVERYWHERE, new KeptFindings());

    Model left = only(result);
    RemovedUnits told = removed(result).getFirst();
    assertThat(told.kind()).isEqualTo(RemovedUnits.Kind.BLOCK);
    assertThat(told.units()).isEqualTo(told.importance().size());
    assertThat(told.removed())
        .containsExactly(told.importance().indexOf(Collections.min(told.importance())));
    assertThat(weights(left)).containsExactlyInAnyOrder("first", "a1", "a2", "c1", "c2", "last");
    assertThat(left.graph().nodes()).hasSize(10);
    assertThat(Verifier.problems(left)).isEmpty();
    assertThat(distance(left, model)).isLessThan(1e-3);
  }

  /** The first block holds the first layer too, without which it would have one alone. */
  @Test
  void neighborsCanGoTogether() {
    Model left = only(remove(residual(), 3, Where.EVERYWHERE, new KeptFindings()));

    assertThat(weights(left)).containsExactlyInAnyOrder("first", "a1", "a2", "last");
    assertThat(outputs(left, samples(5, 1))).hasDimensions(5, 2);
  }

  @Test
  void aReplayTakesWhatWasStored() {
    KeptFindings findings = new KeptFindings();
    StepResult first = remove(residual(), 1, Where.EVERYWHERE, findings);

    StepResult again =
        run(residual(), first.steps().getFirst(), splits(true, 64), new KeptFindings());

    assertThat(weights(only(again))).isEqualTo(weights(only(first)));
    assertThat(removed(again)).hasSize(1).isEqualTo(removed(first));
  }

  @Test
  void aBlockThatWentComesBack() {
    StepResult without = remove(residual(), 1, Where.EVERYWHERE, new KeptFindings());
    Step restore = Step.of(PassOptions.of(Restore.class, Map.of()), Where.EVERYWHERE);

    StepResult whole =
        run(residual(), without.bundle(), restore, splits(true, 64), new KeptFindings());

    assertThat(TextGraph.print(only(whole))).isEqualTo(TextGraph.print(residual()));
    assertThat(removed(whole)).isEmpty();
  }

  @Test
  void aBlockThatIsNotSelectedStays() {
    Where where = Where.EVERYWHERE.except(List.of(label("g2"), label("g1")));

    Model left = only(remove(residual(), 1, where, new KeptFindings()));

    assertThat(weights(left)).contains("a1", "b1").doesNotContain("c1");
  }

  private static String label(String output) {
    Node node = residual().graph().find(output).producer();
    return Where.label(node);
  }

  @Test
  void whereNothingFitsItIsSaid() {
    StepResult result =
        remove(
            TextGraph.parse(
                """
                ir 10, opset 17
                graph g(x: float[N,2]) -> (p: float[N,2]) {
                  w = float[2,8] ~ 1
                  v = float[8,2] ~ 2
                  h = MatMul(x, w)
                  p = MatMul(h, v)
                }
                """),
            1,
            Where.EVERYWHERE,
            new KeptFindings());

    assertThat(result.changes().stream().map(Change::text))
        .anyMatch(text -> text.contains("no block gives what has the shape of what it reads"));
    assertThatThrownBy(() -> PassOptions.of(RemoveBlocks.class, Map.of("count", 0)))
        .hasMessageContaining("count must be at least 1");
  }
}
