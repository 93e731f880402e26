package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.generate.GeneratedText;
import io.demitasse.media.program.EmbeddingProgram;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A program that makes its outputs of samples alone, where only the task is in question. */
record ScriptedProgram(Function<Sample, Map<String, Tensor>> script) implements EmbeddingProgram {
  private static final String MODEL =
      """
      ir 10, opset 17

      graph main(x: float[B,3]) -> (logits: float[B,3]) {
        logits = Softmax(x)
      }
      """;

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public Set<Modality> embeds() {
    return Set.of(Modality.IMAGE, Modality.TEXT);
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    return script.apply(sample);
  }

  /** A text of tokens that are its words' hash codes, each of probability {@code exp(log)}. */
  static Map<String, Tensor> generated(String text, float log) {
    long[] tokens =
        text.isEmpty()
            ? new long[0]
            : Arrays.stream(text.split(" ")).mapToLong(String::hashCode).toArray();
    float[] logs = new float[tokens.length];
    Arrays.fill(logs, log);
    return new GeneratedText(text, tokens, logs).asOutputs();
  }

  static Map<String, Tensor> embedding(float... values) {
    return Map.of("embedding", Tensor.ofFloats(new long[] {values.length}, values));
  }

  /** A part with scores of three classes. */
  static Model model() {
    return TextGraph.parse(MODEL);
  }

  /** The task of a bundle that this program runs. */
  Task task(String name, Path origin, @Nullable Path data, Map<String, String> options) {
    return TaskProvider.find(
        new TaskProvider.Request(
            name, new Bundle(Map.of("decoder", model())), this, origin, data, options, 7));
  }

  /** What a task's program gives for all its samples. */
  static List<Map<String, Tensor>> run(Task task) {
    return IntStream.range(0, task.samples().size())
        .mapToObj(i -> task.program().run(task.samples().get(i), (part, inputs) -> Map.of()))
        .toList();
  }

  static Task.Score score(List<Task.Score> scores, String metric) {
    return scores.stream().filter(each -> each.metric().equals(metric)).findFirst().orElseThrow();
  }
}
