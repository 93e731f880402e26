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
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.passes.clean.FoldShapes;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.recipe.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exact steps round, and what rounding costs is charged to the accuracy budget. */
final class ExactStepBudgetTest {
  private static final Ports PORTS = Ports.find();
  private static final Map<String, Tensor> INPUT =
      Map.of("x", Tensor.ofNumbers(DataType.FLOAT, new long[] {1, 3}, new double[] {.5, -2, 3}));

  @TempDir private Path folder;

  private Closeness task = closeness();

  @Test
  void whatTheRuntimeDoesItselfIsAllowedTwiceAndChargedToTheBudget() throws IOException {
    assertThat(rejection(1.00015, "drop<=1%")).isEmpty();
    assertThat(rejection(1.00015, "drop<=0.01%"))
        .hasValueSatisfying(
            rejection -> {
              assertThat(rejection.kind()).isEqualTo(Rejection.Kind.INACCURATE);
              assertThat(rejection.text()).contains("closeness drops by 0.0001");
            });
    assertThat(rejection(1.0003, "drop<=1%").map(Rejection::kind)).hasValue(Rejection.Kind.WRONG);
  }

  @Test
  void whatDoesNotDriftCostsNothingAndIsNotScored() throws IOException {
    AcceptancePolicy.Assessment assessment = assessment(1.000001, "drop<=0.01%");
    assertThat(assessment.rejection()).isEmpty();
    assertThat(assessment.measured().scores()).isEmpty();
  }

  @Test
  void fewSamplesAreEnoughWhereTheyTell() throws IOException {
    Sample.Tensors sample = new Sample.Tensors("1", INPUT);
    task =
        new Closeness(
            Samples.of("three", List.of(sample, sample, sample)),
            Optional.of(Samples.of("one", List.of(sample))),
            closeness().nearness());

    assertThat(assessment(1.00015, "drop<=1%").measured().scores())
        .singleElement()
        .satisfies(score -> assertThat(score.samples()).isEqualTo(1));
    assertThat(rejection(1.00015, "drop<=0.01%").map(Rejection::kind))
        .hasValue(Rejection.Kind.INACCURATE);
  }

  private Optional<Rejection> rejection(double factor, String budget) throws IOException {
    return assessment(factor, budget).rejection();
  }

  /** Judges an "exact" step that multiplies everything; nothing is timed. */
  private AcceptancePolicy.Assessment assessment(double factor, String budget) throws IOException {
    SearchNode parent = node(0, 1);
    Evaluator evaluator =
        new Evaluator(
            new Ports(PORTS.format(), new Rounding(PORTS.runtime())),
            parent.files(),
            task,
            1,
            new PairedTiming.Effort(3, 3, 1));
    Map<String, List<Workload>> inputs = Map.of(Bundle.SINGLE, List.of(new Workload("1x3", INPUT)));
    Choice choice = new Choice(List.of(Bundle.SINGLE), List.of(), List.of());
    Settings settings =
        new Settings(
            RecordedInputs.NONE,
            Map.of(),
            inputs,
            Goal.of(Budget.parse(budget), Preset.SERVER),
            1,
            Journal.NONE,
            Schedule.unlimited(),
            SearchMethod.ALLOCATE,
            Optional.empty(),
            Optional.empty(),
            event -> {});
    return new AcceptancePolicy(
            new Measurements(evaluator, Journal.NONE, parent, Map.of(), inputs),
            settings,
            new ArchiveSizes())
        .assess(parent, node(1, factor), choice, EXACT, (done, total) -> {});
  }

  private static final List<Step> EXACT = List.of(Step.of(new FoldShapes(), Where.EVERYWHERE));

  private SearchNode node(int id, double factor) throws IOException {
    Model model =
        TextGraph.parse(
            "ir 8, opset 17\ngraph g(x: float[N,3]) -> (y: float[N,3]) {\n  f = float[] {"
                + factor
                + "}\n  y = Mul(x, f)\n}\n");
    Path file = Files.createTempFile(folder, "model", ".onnx");
    PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    return new SearchNode(
        id,
        new Key(String.valueOf(id)),
        Bundle.of(model),
        new BundleFiles(Map.of(Bundle.SINGLE, file)),
        List.of(),
        Map.of());
  }

  /** One minus the relative distance of the first number. */
  static Closeness closeness() {
    return new Closeness(
        Samples.of("three", List.of(new Sample.Tensors("1", INPUT))),
        (found, wanted) -> 1 - Math.abs(found[0] / wanted[0] - 1));
  }

  /** A runtime whose middle levels of optimization round visibly, as some kernels do. */
  private record Rounding(Runtime runtime) implements Runtime {
    @Override
    public String version() {
      return runtime.version();
    }

    @Override
    public Session open(Model model, SessionOptions options) {
      return runtime.open(model, options);
    }

    @Override
    public Optional<String> refuses(Model model) {
      return runtime.refuses(model);
    }

    @Override
    public Session open(Path file, SessionOptions options) {
      Session session = runtime.open(file, options);
      return options.optimization() != Optimization.EXTENDED ? session : new Rounded(session);
    }
  }

  private record Rounded(Runtime.Session session) implements Runtime.Session {
    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
      Tensor exact = session.run(inputs).get("y");
      double[] numbers = exact.toDoubles();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] *= 1.0001;
      }
      return Map.of("y", Tensor.ofNumbers(DataType.FLOAT, exact.sizes(), numbers));
    }

    @Override
    public void run(Map<String, Tensor> inputs, BiConsumer<String, Tensor> reader) {
      run(inputs).forEach(reader);
    }

    @Override
    public List<Runtime.NodeTime> profile() {
      return session.profile();
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
