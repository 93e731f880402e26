package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.app.demo.DemoFile;
import io.demitasse.cost.Processor;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Intervals;
import io.demitasse.evaluate.RunningParts;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.testkit.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on the real model, held to what the project promises of it. */
final class DemoTest {
  private static final long MOST_BYTES = 23_500_000;

  /** Weights have 7 bits where the processor would cut off products of 8. */
  private static final double LEAST_MEAN_COSINE = Processor.detect().saturates() ? .992 : .993;

  private static final double LEAST_FIRST_PERCENTILE = .986;
  private static final double MOST_LOSS = .02;

  @TempDir private Path folder;

  /** What the demo's search is most likely to end with, on the built-in sentences. */
  @Test
  void theLikelyStepsMakeMiniLmSmallAndKeepItRight() throws IOException {
    Path original = folder.resolve("minilm.onnx");
    DemoFile.resource("/all-minilm-l6-v2.onnx", "minilm.onnx").bring(folder);
    DemoFile.resource("/all-minilm-l6-v2-tokenizer.json", "tokenizer.json").bring(folder);
    Path small = folder.resolve("small.onnx");

    Invocation run = Invocation.of("compress", original, "--quick", "-o", small);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(Files.size(small)).isLessThanOrEqualTo(MOST_BYTES);
    assertNear(new Outputs(original, small, "agreement"), .985, .97);
  }

  @Test
  @Slow("searches through MiniLM, judged by a thousand queries: two minutes")
  void makesMiniLmSmallAndKeepsItRight() throws IOException {
    Path original = leaveTraceOfAnEarlierDemo();

    Invocation run = Invocation.of("demo", "minilm", "-o", folder);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("recall@10", "quantize", "Budget: drop<=2%", "✓ met");
    assertThat(folder.resolve("small").resolve("report.html"))
        .content()
        .contains("all-minilm-l6-v2.onnx");
    assertThat(folder.resolve("small").resolve("recipe.yaml"))
        .content()
        .contains("quantize-dynamic");
    assertThat(folder.resolve("small").resolve("report.json")).isNotEmptyFile();
    Path small = folder.resolve("small").resolve("model.onnx");
    assertThat(Files.size(small)).isLessThanOrEqualTo(MOST_BYTES);
    Outputs outputs = new Outputs(original, small, "retrieval");
    assertThat(outputs.cosines()).hasSize(1025);
    assertNear(outputs, LEAST_MEAN_COSINE, LEAST_FIRST_PERCENTILE);
    assertThat(outputs.loss().high()).isLessThanOrEqualTo(MOST_LOSS);
  }

  /** A demo that was run before, of which the model is damaged by now. */
  private Path leaveTraceOfAnEarlierDemo() throws IOException {
    Path originals = Files.createDirectory(folder.resolve("original"));
    Files.writeString(folder.resolve("model.onnx"), "of an earlier demo");
    return Files.writeString(originals.resolve("all-minilm-l6-v2.onnx"), "of an earlier demo");
  }

  private static void assertNear(Outputs outputs, double mean, double firstPercentile) {
    double[] cosines = outputs.cosines();
    Arrays.sort(cosines);
    assertThat(Arrays.stream(cosines).average().orElseThrow()).isGreaterThanOrEqualTo(mean);
    assertThat(cosines[cosines.length / 100]).isGreaterThanOrEqualTo(firstPercentile);
  }

  /** What both models give for queries. */
  private static final class Outputs {
    private final Task task;
    private final List<Map<String, Tensor>> expected;
    private final List<Map<String, Tensor>> actual;

    Outputs(Path original, Path small, String name) {
      Bundle bundle = Bundle.of(Ports.find().format().read(original));
      SingleProgram program =
          SingleProgram.of(bundle.part(Bundle.SINGLE), original, SingleProgram.Options.DEFAULT);
      task =
          TaskProvider.find(
              new TaskProvider.Request(name, bundle, program, original, null, Map.of(), 7));
      expected = of(original);
      actual = of(small);
    }

    private List<Map<String, Tensor>> of(Path model) {
      BundleFiles files = new BundleFiles(Map.of(Bundle.SINGLE, model));
      Runtime.SessionOptions options = Runtime.SessionOptions.of(2);
      List<Map<String, Tensor>> outputs = new ArrayList<>();
      try (RunningParts parts =
          new RunningParts(
              part -> Ports.find().runtime().open(files.file(part), options),
              (part, inputs) -> {})) {
        for (int i = 0; i < task.samples().size(); i++) {
          outputs.add(task.program().run(task.samples().get(i), parts));
        }
      }
      return outputs;
    }

    double[] cosines() {
      return perSample(task.scores().of(actual, expected), "cosine");
    }

    Interval loss() {
      return Intervals.degradation(
          perSample(task.scores().of(expected, expected), "recall@10"),
          perSample(task.scores().of(actual, expected), "recall@10"));
    }
  }

  private static double[] perSample(List<Task.Score> scores, String metric) {
    return scores.stream()
        .filter(score -> score.metric().equals(metric))
        .findFirst()
        .orElseThrow()
        .perSample();
  }
}
