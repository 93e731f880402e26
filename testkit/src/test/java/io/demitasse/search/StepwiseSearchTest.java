package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.Where;
import io.demitasse.passes.clean.RemoveDeadNodes;
import io.demitasse.passes.clean.RemoveIdentities;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.recipe.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StepwiseSearchTest {
  private static final Ports PORTS = Ports.find();

  @TempDir private Path folder;

  /** Says that it is exact, and is not. */
  @PassInfo(summary = "Halve every factor", effect = PassInfo.Effect.EXACT)
  record Halve() implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {
      for (var node : context.nodes()) {
        if (node.is("Mul")) {
          node.input(1, model.graph().addInitializer("half", Tensor.scalar(.5f)));
          context.changed(node, "halved");
        }
      }
    }
  }

  @Test
  void ofAGroupThatFailsWhatIsRightIsKeptBesideTheSmallerGroup() throws IOException {
    Choice choice =
        new Choice(
            List.of(Bundle.SINGLE),
            List.of(
                new Option(
                    "all", steps(new RemoveIdentities(), new Halve(), new RemoveDeadNodes()))),
            List.of(new Option("some", steps(new RemoveIdentities()))));

    try (StepwiseSearch search = search()) {
      search.decide(choice);

      assertThat(search.steps())
          .extracting(Step::pass)
          .containsExactly(new RemoveIdentities(), new RemoveDeadNodes());
    }
  }

  private static Choice prepared(Pass pass) {
    return new Choice(
            List.of(Bundle.SINGLE), List.of(new Option("what it serves", steps(pass))), List.of())
        .after(new Option("preparation", steps(new RemoveIdentities())));
  }

  @Test
  void whatPreparesAChoiceIsKeptWithIt() throws IOException {
    try (StepwiseSearch search = search()) {
      search.decide(prepared(new RemoveDeadNodes()));

      assertThat(search.steps())
          .extracting(Step::pass)
          .containsExactly(new RemoveIdentities(), new RemoveDeadNodes());
      assertThat(search.candidates()).allMatch(candidate -> candidate.decision().kept());
    }
  }

  @Test
  void whatPreparesAChoiceGoesWhereNothingOfItIsKept() throws IOException {
    try (StepwiseSearch search = search()) {
      search.decide(prepared(new Halve()));

      assertThat(search.steps()).isEmpty();
      assertThat(search.bundle().part(Bundle.SINGLE).graph().nodes()).hasSize(3);
      assertThat(search.candidates())
          .extracting(candidate -> candidate.title() + ": " + candidate.decision().why())
          .first()
          .isEqualTo("preparation: serves nothing that could be kept");
      assertThat(search.candidates()).noneMatch(candidate -> candidate.decision().kept());
    }
  }

  @Test
  void whatThereIsNoTimeForIsNotTriedAndTold() throws IOException {
    long[] clock = {0};
    Schedule schedule = new Schedule(Duration.ofSeconds(10), () -> clock[0], () -> false);
    clock[0] = Duration.ofSeconds(4).toNanos();
    Choice choice =
        new Choice(
            List.of(Bundle.SINGLE),
            List.of(new Option("late", steps(new RemoveIdentities()))),
            List.of());

    try (StepwiseSearch search = search(schedule)) {
      search.decide(choice);

      assertThat(search.steps()).isEmpty();
      assertThat(search.untried()).containsExactly("late");
      assertThat(search.candidates())
          .extracting(candidate -> candidate.decision().why())
          .containsExactly("not tried to its end: the time is up");
    }
  }

  private static List<Step> steps(Pass... passes) {
    return Arrays.stream(passes).map(pass -> Step.of(pass, Where.EVERYWHERE)).toList();
  }

  private StepwiseSearch search() throws IOException {
    return search(Schedule.unlimited());
  }

  private StepwiseSearch search(Schedule schedule) throws IOException {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph g(x: float[2,3]) -> (y) {
              f = float[] {3}
              a = Identity(x)
              y = Mul(a, f)
              unread = Relu(x)
            }
            """);
    Path file = Files.createTempFile(folder, "model", ".onnx");
    PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    BundleFiles files = new BundleFiles(Map.of(Bundle.SINGLE, file));
    Workload inputs =
        new Workload("2x3", Map.of("x", Tensor.ofFloats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6)));
    Evaluator evaluator =
        new Evaluator(
            PORTS, files, ExactStepBudgetTest.closeness(), 1, new PairedTiming.Effort(5, 5, 1));
    return new StepwiseSearch(
        PORTS,
        new Pipeline(PORTS.runtime(), Bundle.of(model), null, 7),
        evaluator,
        new StepwiseSearch.Original(Bundle.of(model), files, Map.of(Bundle.SINGLE, "model")),
        new Settings(
            RecordedInputs.NONE,
            Map.of(),
            Map.of(Bundle.SINGLE, List.of(inputs)),
            Goal.of(Budget.DEFAULT, Preset.SERVER),
            1,
            Journal.NONE,
            schedule,
            SearchMethod.ALLOCATE,
            Optional.empty(),
            Optional.empty(),
            event -> {}));
  }
}
