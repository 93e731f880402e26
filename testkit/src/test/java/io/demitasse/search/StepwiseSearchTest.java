package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
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
import io.demitasse.rewrite.Unread;
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

  /** Gives factors that are 1 another 1. */
  @PassInfo(summary = "Write every factor anew", effect = PassInfo.Effect.EXACT)
  record Rewrite() implements ModelPass {
    @Override
    public boolean changesOnlyWeights() {
      return true;
    }

    @Override
    public void apply(Model model, PassContext context) {
      for (var node : context.nodes()) {
        if (node.is("Mul")) {
          Tensor factor = node.constantInput(1).orElseThrow();
          node.input(1, model.graph().addInitializer("again", factor));
          context.changed(node, "written anew");
        }
      }
    }
  }

  @Test
  void whatChangesNumbersOfWeightsAloneIsNotTimed() throws IOException {
    try (StepwiseSearch search = search()) {
      search.decide(Choice.of(List.of(Bundle.SINGLE), Step.of(new Rewrite(), Where.EVERYWHERE)));

      Candidate candidate = search.candidates().getFirst();
      assertThat(candidate.decision().kept()).isTrue();
      assertThat(candidate.measured().timings()).isEmpty();
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

  /** Stands for a cut: the product that gives the output goes. */
  @PassInfo(summary = "Leave out the last product", effect = PassInfo.Effect.LOSSY)
  record Shorten() implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {
      for (Node node : context.nodes()) {
        if (node.is("MatMul") && node.output().isOutput()) {
          Graph graph = node.graph();
          Value weight = node.requiredInput(1);
          context.changed(node, "left out");
          graph.replace(
              node.output(),
              graph.node("Identity").inputs(node.requiredInput(0)).insertBefore(node).output());
          graph.remove(node);
          Unread.remove(weight);
        }
      }
    }
  }

  private static Reduction shortening() {
    return new Reduction(
        Bundle.SINGLE,
        List.of(new Reduction.Cut(.5, Step.of(new Shorten(), Where.EVERYWHERE))),
        steps(new RemoveDeadNodes()),
        List.of(named("quantize-weights")));
  }

  private static Step named(String pass) {
    return Step.of(PassOptions.of(Catalogue.find(pass).orElseThrow(), Map.of()), Where.EVERYWHERE);
  }

  @Test
  void aPartIsCutWhereFewerBitsDoNotKeepTheLimits() throws IOException {
    try (StepwiseSearch search = search(products(), "size<=20%, drop<=any")) {
      search.decide(
          Choice.of(List.of(Bundle.SINGLE), Step.of(new RemoveIdentities(), Where.EVERYWHERE)));
      search.decide(Choice.of(List.of(Bundle.SINGLE), named("quantize-weights")));
      long before = search.files().bytes();

      search.reduce(shortening());

      assertThat(search.files().bytes()).isLessThan(before);
      assertThat(search.steps())
          .extracting(step -> PassOptions.name(step.pass().getClass()))
          .containsSubsequence("remove-identities", "shorten", "quantize-weights")
          .doesNotHaveDuplicates();
      assertThat(search.candidates())
          .extracting(candidate -> candidate.title() + ": " + candidate.decision().why())
          .containsSequence(
              "quantize-weights: gave way to shorten by 50 %, quantize-weights",
              "shorten by 50 %, quantize-weights: 13 % of the size");
      assertThat(search.candidates())
          .last()
          .satisfies(last -> assertThat(last.parent()).as("the step before").isEqualTo(1));
    }
  }

  @Test
  void nothingIsCutWhereTheLimitsAreKept() throws IOException {
    try (StepwiseSearch search = search(products(), "size<=50%, drop<=any")) {
      search.decide(Choice.of(List.of(Bundle.SINGLE), named("quantize-weights")));

      search.reduce(shortening());

      assertThat(search.candidates()).hasSize(1);
    }
  }

  @Test
  void whatWasFoundStaysWhereNoCutKeepsTheLimits() throws IOException {
    try (StepwiseSearch search = search(products(), "size<=1%, drop<=any")) {
      search.decide(Choice.of(List.of(Bundle.SINGLE), named("quantize-weights")));
      List<Step> before = search.steps();

      search.reduce(shortening());

      assertThat(search.steps()).isEqualTo(before);
      assertThat(search.candidates())
          .extracting(candidate -> candidate.decision().kept())
          .containsExactly(true, false);
      assertThat(search.candidates().getLast().decision().why()).startsWith("over size<=1%");
    }
  }

  private static Model products() {
    return TextGraph.parse(
        """
        ir 8, opset 17
        graph g(x: float[2,128]) -> (y) {
          v = float[128,128] ~ 1
          w = float[128,128] ~ 2
          a = MatMul(x, v)
          c = Identity(a)
          b = Relu(c)
          y = MatMul(b, w)
        }
        """);
  }

  private static void multiplyBy(float factor, Model model, PassContext context) {
    for (Node node : context.nodes()) {
      if (node.is("Mul")) {
        node.input(1, model.graph().addInitializer("f" + factor, Tensor.scalar(factor)));
        context.changed(node, "times " + factor);
      }
    }
  }

  /** Makes the model smaller, and wrong. */
  @PassInfo(summary = "Drop what is not read, and halve", effect = PassInfo.Effect.LOSSY)
  record DropAndHalve() implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {
      new RemoveDeadNodes().apply(model, context);
      multiplyBy(1.5f, model, context);
    }
  }

  /** Stands for training that finds the factor of the original. */
  @PassInfo(summary = "Learn the factor", effect = PassInfo.Effect.LEARNED)
  record Learn(float factor) implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {
      multiplyBy(factor, model, context);
    }
  }

  @Test
  void whatTrainingWinsBackIsJudgedWithTheTraining() throws IOException {
    List<Step> together = steps(new DropAndHalve(), new Learn(3));
    try (StepwiseSearch search = search()) {
      search.decide(together);

      assertThat(search.steps()).extracting(Step::pass).isEqualTo(passes(together));
      assertThat(search.candidates()).hasSize(1);
    }
    try (StepwiseSearch search = search()) {
      together.forEach(search::decide);

      assertThat(search.steps()).as("one by one nothing is right").isEmpty();
    }
  }

  @Test
  void whereTrainingDoesNotHelpNothingIsTrainedForNothing() throws IOException {
    try (StepwiseSearch search = search()) {
      search.decide(steps(new DropAndHalve(), new Learn(2)));

      assertThat(search.steps()).isEmpty();
      assertThat(search.candidates())
          .extracting(Candidate::title)
          .contains("drop-and-halve, learn", "drop-and-halve")
          .doesNotContain("learn");
    }
  }

  private static List<Pass> passes(List<Step> steps) {
    return steps.stream().map(Step::pass).toList();
  }

  private static List<Step> steps(Pass... passes) {
    return Arrays.stream(passes).map(pass -> Step.of(pass, Where.EVERYWHERE)).toList();
  }

  private StepwiseSearch search() throws IOException {
    return search(Schedule.unlimited());
  }

  private StepwiseSearch search(Schedule schedule) throws IOException {
    return search(
        factor(),
        Map.of("x", Tensor.ofFloats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6)),
        Budget.DEFAULT,
        schedule);
  }

  private StepwiseSearch search(Model model, String budget) throws IOException {
    float[] numbers = new float[2 * 128];
    Arrays.fill(numbers, 1);
    Map<String, Tensor> input = Map.of("x", Tensor.ofFloats(new long[] {2, 128}, numbers));
    return search(model, input, Budget.parse(budget), Schedule.unlimited());
  }

  private static Model factor() {
    return TextGraph.parse(
        """
        ir 8, opset 17
        graph g(x: float[2,3]) -> (y) {
          f = float[] {3}
          a = Identity(x)
          y = Mul(a, f)
          unread = Relu(x)
        }
        """);
  }

  private StepwiseSearch search(
      Model model, Map<String, Tensor> input, Budget budget, Schedule schedule) throws IOException {
    Path file = Files.createTempFile(folder, "model", ".onnx");
    PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    BundleFiles files = new BundleFiles(Map.of(Bundle.SINGLE, file));
    Workload inputs = new Workload("one", input);
    Closeness task =
        new Closeness(
            Samples.of("one", List.of(new Sample.Tensors("1", input))),
            ExactStepBudgetTest.closeness().nearness());
    Evaluator evaluator = new Evaluator(PORTS, files, task, 1, new PairedTiming.Effort(3, 3, 1));
    return new StepwiseSearch(
        PORTS,
        new Pipeline(PORTS.runtime(), Bundle.of(model), null, 7),
        evaluator,
        new StepwiseSearch.Original(Bundle.of(model), files, Map.of(Bundle.SINGLE, "model")),
        new Settings(
            RecordedInputs.NONE,
            Map.of(),
            Map.of(Bundle.SINGLE, List.of(inputs)),
            Goal.of(budget, Preset.SERVER),
            1,
            Journal.NONE,
            schedule,
            SearchMethod.ALLOCATE,
            Optional.empty(),
            Optional.empty(),
            event -> {}));
  }
}
