package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest;
import io.demitasse.media.MiniLm;
import io.demitasse.media.text.TextLimits;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tasks on the real model, tokenizer and runtime. */
class MiniLmTest {
  private static final Ports PORTS = Ports.find();

  @TempDir static Path folder;

  private static Path file;
  private static Model model;

  @BeforeAll
  static void read() {
    file = MiniLm.copyTo(folder);
    model = PORTS.format().read(file);
  }

  @Test
  void findsTheEmojiOfThreeQueriesInFourAmongItsFirstTen() {
    Task task = TaskProvider.find(request("retrieval", null, Map.of()));

    List<Map<String, Tensor>> outputs = run(task);
    List<Task.Score> scores = task.scores().of(outputs, outputs);

    assertThat(scores.get(0).value()).isCloseTo(0.746, within(0.01));
    assertThat(scores.get(1).value()).isCloseTo(0.295, within(0.01));
    assertThat(scores.get(2).value()).isCloseTo(0.447, within(0.01));
    assertThat(scores.get(3).value()).isEqualTo(1);
  }

  @Test
  void itsGraphTellsHowManyTokensAndWordsItTakes() {
    assertThat(TextLimits.of(model)).isEqualTo(new TextLimits(512, false, 30522));
  }

  @Test
  void longTextsAreCutToWhatItTakes() throws Exception {
    Path data = Files.writeString(folder.resolve("long.txt"), "cat ".repeat(2000));
    Task task = TaskProvider.find(request("agreement", data, Map.of()));

    List<Map<String, Tensor>> outputs = run(task);

    assertThat(outputs.getFirst()).containsOnlyKeys("embedding");
    assertThat(task.scores().of(outputs, outputs).getFirst().perSample()).containsExactly(1);
  }

  @Test
  void poolingIsTheCallersChoice() throws Exception {
    Path data = Files.writeString(folder.resolve("short.txt"), "a cat");
    Tensor mean = embedding(request("agreement", data, Map.of("pooling", "mean")));
    Tensor first = embedding(request("agreement", data, Map.of("pooling", "first")));

    assertThat(embedding(request("agreement", data, Map.of())).contentEquals(mean)).isTrue();
    assertThat(first.contentEquals(mean)).isFalse();
    assertThatThrownBy(() -> embedding(request("agreement", data, Map.of("pooling", "max"))))
        .hasMessage("There is no pooling 'max'. Known: mean, first.");
  }

  @Test
  void withoutDataAgreementIsJudgedOnBuiltInSentencesAndSaysSo() {
    Task task = TaskProvider.find(request("agreement", null, Map.of()));

    assertThat(task.samples().name()).contains("built-in sentences", "not your data", "weaker");
    assertThat(task.samples().account()).singleElement().asString().contains("not your data");
    assertThat(task.samples().advice()).contains("--data");
    assertThat(task.samples().get(0)).isInstanceOf(Sample.Text.class);
    assertThat(run(task).getFirst()).containsOnlyKeys("embedding");
  }

  @Test
  void aTokenizerOfAnotherModelIsABadRequest() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    String json =
        new String(MiniLm.bytes(MiniLm.TOKENIZER), java.nio.charset.StandardCharsets.UTF_8);
    Path tokenizer =
        Files.writeString(
            other.resolve("tokenizer.json"), json.replace("\"cat\": 4937", "\"cat\": 40000"));
    Path data = Files.writeString(folder.resolve("cat.txt"), "cat");
    Task task =
        TaskProvider.find(request("agreement", data, Map.of("tokenizer", tokenizer.toString())));

    assertThatThrownBy(() -> run(task))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith(
            "Sample line 1 cannot be used: Tokenizer "
                + tokenizer
                + " does not belong to this model: it gives token id 40000, but the model's"
                + " embedding table has 30522 rows.");
  }

  @Test
  void retrievalNeedsATextEncoderWithItsTokenizer() throws Exception {
    Path bare = Files.createDirectory(folder.resolve("bare")).resolve("model.onnx");
    Bundle image =
        Bundle.of(
            TextGraph.parse(
                "ir 10, opset 17\n\ngraph main(x: float[B,2]) -> (y) {\n  y = Neg(x)\n}\n"));

    assertThatThrownBy(() -> TaskProvider.find(request("retrieval", Bundle.of(model), bare)))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The task retrieval needs the model's tokenizer.json beside "
                + bare
                + "; there is none.");
    assertThatThrownBy(() -> TaskProvider.find(request("retrieval", image, bare)))
        .hasMessage(
            "The task retrieval needs a text encoder; this model takes x: float[B,2]. Use the task"
                + " agreement.");
  }

  @Test
  void anUnknownTaskIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> TaskProvider.find(request("telepathy", null, Map.of())))
        .hasMessage(
            "There is no task 'telepathy'. Known tasks: agreement, retrieval, ocr, classification,"
                + " regression, similarity, tagging, language-modeling, speech, captioning,"
                + " question-answering, generation-agreement, image-text-retrieval, zero-shot,"
                + " embedding-agreement, detection, segmentation.");
  }

  private static TaskProvider.Request request(
      String task, @Nullable Path data, Map<String, String> options) {
    Bundle bundle = Bundle.of(model);
    return new TaskProvider.Request(
        task, bundle, program(bundle, file, options), file, data, options, 1);
  }

  private static TaskProvider.Request request(String task, Bundle bundle, Path origin) {
    Program program = program(bundle, origin, Map.of());
    return new TaskProvider.Request(task, bundle, program, origin, null, Map.of(), 1);
  }

  private static Program program(Bundle bundle, Path place, Map<String, String> options) {
    Manifest manifest = Manifest.single("model.onnx");
    return ProgramProvider.of(manifest)
        .make(new ProgramProvider.Request(manifest, bundle, place, options));
  }

  private static Tensor embedding(TaskProvider.Request request) {
    return run(TaskProvider.find(request)).getFirst().get("embedding");
  }

  private static List<Map<String, Tensor>> run(Task task) {
    List<Map<String, Tensor>> outputs = new ArrayList<>();
    try (Runtime.Session session = PORTS.runtime().open(file, Runtime.SessionOptions.of(1))) {
      Program.Parts parts = (part, inputs) -> session.run(inputs);
      for (int i = 0; i < task.samples().size(); i++) {
        outputs.add(task.program().run(task.samples().get(i), parts));
      }
    }
    return outputs;
  }
}
