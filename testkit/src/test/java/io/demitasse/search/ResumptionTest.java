package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.Setting;
import io.demitasse.data.Sha256;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.journal.Circumstances;
import io.demitasse.journal.JournalFile;
import io.demitasse.kernels.KernelTimer;
import io.demitasse.kernels.LayerTimes;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Solver;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.techniques.DefaultPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search that is cut short at any moment and resumed comes to what it would have come to. */
final class ResumptionTest {
  private static final Ports PORTS = Ports.find();
  private static final Circumstances HERE =
      new Circumstances("1", "source", "task", "data", "runtime", "machine", 1, "5", 7);
  private static final Tensor INPUT = Tensor.ofFloats(new long[] {1, 3}, 1, 2, 3);
  private static final int CUTS = 20;

  @TempDir private Path folder;
  private Model model;
  private BundleFiles files;

  @BeforeEach
  void write() {
    model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph g(x: float[N,3]) -> (y: float[N,64]) {
              wide = float[3,128] ~ 1
              square = float[128,128] ~ 2
              narrow = float[128,64] ~ 3
              same = Identity(x)
              a = MatMul(same, wide)
              b = MatMul(a, square)
              c = Relu(b)
              y = MatMul(c, narrow)
              unread = Relu(a)
            }
            """);
    Path file = folder.resolve("model.onnx");
    PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    files = new BundleFiles(Map.of(Bundle.SINGLE, file));
  }

  /** What a search came to. */
  private record Outcome(List<String> decisions, String sha256) {}

  @Test
  void whatWasCutShortComesToTheSameFile() throws IOException {
    Path whole = folder.resolve("whole.jsonl");
    Outcome expected;
    try (JournalFile journal = JournalFile.begin(whole, HERE)) {
      expected = search(journal);
    }
    assertThat(expected.decisions()).anyMatch(decision -> decision.contains("true"));
    byte[] content = Files.readAllBytes(whole);
    int first = Files.readAllLines(whole).getFirst().length() + 1;
    assertThat(content.length).isGreaterThan(first + CUTS);

    Random random = new Random(5);
    for (int i = 0; i < CUTS; i++) {
      int cut = first + random.nextInt(content.length - first + 1);
      Path part = Files.write(folder.resolve("part.jsonl"), Arrays.copyOf(content, cut));
      try (JournalFile resumed = JournalFile.resume(part, HERE);
          JournalFile known = JournalFile.resume(whole, HERE)) {
        assertThat(search(measuringAsIn(known, resumed))).as("cut at %d", cut).isEqualTo(expected);
      }
    }
    assertThat(whole).as("all was known").hasBinaryContent(content);
  }

  /** What the resumed search has to measure comes out as it did before. */
  private static Journal measuringAsIn(JournalFile known, JournalFile resumed) {
    return new Journal() {
      @Override
      public <T> T answer(Question<T> question, Supplier<T> measurement) {
        return resumed.answer(
            question,
            () ->
                known.answer(
                    question,
                    () -> {
                      throw new AssertionError("the whole search did not ask " + question);
                    }));
      }

      @Override
      public void decided(Key key, Candidate candidate) {
        resumed.decided(key, candidate);
      }
    };
  }

  private Outcome search(Journal journal) throws IOException {
    Workload workload = new Workload("1x3", Map.of("x", INPUT));
    Map<String, List<Workload>> workloads = Map.of(Bundle.SINGLE, List.of(workload));
    Evaluator evaluator =
        new Evaluator(
            PORTS, files, ExactStepBudgetTest.closeness(), 1, new PairedTiming.Effort(3, 3, 1));
    Settings settings =
        new Settings(
            new RecordedInputs(Map.of(Bundle.SINGLE, List.of(Map.of("x", INPUT)))),
            workloads,
            workloads,
            Goal.of(Budget.parse("drop<=20%, latency<=10000%"), Preset.SMALLEST),
            1,
            journal,
            Schedule.unlimited(),
            SearchMethod.ALLOCATE,
            Solver.find(),
            Optional.of(layerTimes()),
            event -> {});
    Bundle bundle = Bundle.of(model);
    try (StepwiseSearch search =
        new StepwiseSearch(
            PORTS,
            new Pipeline(PORTS.runtime(), bundle, null, 7),
            evaluator,
            new StepwiseSearch.Original(bundle, files, Map.of(Bundle.SINGLE, "model")),
            settings)) {
      DefaultPlan.of(Goal.of(Budget.DEFAULT, Preset.SMALLEST), Knowledge.here(files, true))
          .choices(bundle)
          .forEach(search::decide);
      return new Outcome(
          search.candidates().stream()
              .map(candidate -> candidate.title() + " " + candidate.decision())
              .toList(),
          Sha256.of(search.files().file(Bundle.SINGLE)));
    }
  }

  private LayerTimes layerTimes() {
    return new LayerTimes(
        KernelTimer.of(PORTS.runtime(), 1),
        new CostFile(folder.resolve("kernels.tsv"), Setting.here(PORTS.runtime().version(), 1)),
        event -> {});
  }
}
