package io.demitasse.media.task;

import static io.demitasse.media.task.ScriptedProgram.generated;
import static io.demitasse.media.task.ScriptedProgram.score;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Example;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.ir.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions about pictures. */
class QuestionAnsweringTest {
  @TempDir private Path folder;

  @BeforeEach
  void draw() throws IOException {
    ImageIO.write(new BufferedImage(8, 6, 1), "png", folder.resolve("a.png").toFile());
  }

  private Task task(String name, String text) throws IOException {
    Path data = Files.writeString(folder.resolve(name), text);
    return new ScriptedProgram(_ -> Map.of()).task("question-answering", folder, data, Map.of());
  }

  private static Map<String, Tensor> logits(float... scores) {
    return Map.of("logits", Tensor.ofFloats(new long[] {1, scores.length}, scores));
  }

  private Task asked() throws IOException {
    return task(
        "q.csv",
        """
        image,question,answer
        a.png,What is it?,Cup
        a.png,Is it red?,no
        a.png,What else?,sun
        """);
  }

  @Test
  void answersAreTextsOrClasses() throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "sun\ncup\nno\n");
    Task task = asked();

    List<Map<String, Tensor>> outputs =
        List.of(generated(" cup.", -1), logits(0, 1, 2), logits(0, 1, .5f));

    List<Score> scores = task.scores().of(outputs, outputs);
    assertThat(scores.getFirst().metric()).isEqualTo("accuracy");
    assertThat(scores.getFirst().limited()).isTrue();
    assertThat(scores.getFirst().perSample()).containsExactly(1, 1, 0);
    Sampled supervised = new Sampled(task);
    assertThat(supervised.targets()).containsExactly(1, 2, 0);
    assertThat(task.supervision().orElseThrow().output()).isEqualTo("logits");
  }

  /** What the outputs of a task should be. */
  private record Sampled(Task task) {
    long[] targets() {
      return IntStream.range(0, task.samples().size())
          .mapToLong(
              i -> task.supervision().orElseThrow().target(task.samples().get(i)).toLongs()[0])
          .toArray();
    }
  }

  @Test
  void withoutNamesClassesAreInTheOrderOfTheAnswers() throws IOException {
    // Sorted: Cup, no, sun.
    List<Map<String, Tensor>> outputs = List.of(logits(1, 0, 0), logits(0, 1, 0), logits(1, 0, 0));

    assertThat(asked().scores().of(outputs, outputs).getFirst().perSample())
        .containsExactly(1, 1, 0);
    assertThat(asked().samples().account()).anyMatch(line -> line.contains("0 = Cup, 1 = no"));
  }

  @Test
  void anyOfSeveralAnswersIsRight() throws IOException {
    Task task =
        task(
            "q.jsonl", "{\"image\":\"a.png\",\"question\":\"What?\",\"answer\":[\"mug\",\"cup\"]}");
    List<Map<String, Tensor>> outputs = List.of(generated("Cup", -1));

    assertThat(task.scores().of(outputs, outputs).getFirst().value()).isEqualTo(1);
  }

  @Test
  void kindsOfQuestionsAreToldByAFieldElseByTheFirstWord() throws IOException {
    StringBuilder lines = new StringBuilder("image,question,answer,kind\n");
    IntStream.range(0, 20).forEach(i -> lines.append("a.png,What is it?,cup,\n"));
    IntStream.range(0, 20).forEach(i -> lines.append("a.png,What is red?,cup,color\n"));
    lines.append("a.png,Where?,here,\n");
    Task task = task("q.csv", lines.toString());
    List<Map<String, Tensor>> outputs =
        IntStream.range(0, 41).mapToObj(i -> generated(i < 30 ? "cup" : "sun", -1)).toList();

    List<Score> scores = task.scores().of(outputs, outputs);

    assertThat(score(scores, "accuracy[kind=what]").value()).isEqualTo(1);
    assertThat(score(scores, "accuracy[kind=color]").value()).isEqualTo(.5);
    assertThat(score(scores, "accuracy[kind=others]").value()).isZero();
    assertThat(task.metrics()).containsAll(scores.stream().map(Score::metric).toList());
    assertThat(scores).filteredOn(Score::limited).hasSize(1);
  }

  @Test
  void answersThatChangedAreShownWithTheirQuestions() throws IOException {
    Task task = asked();
    List<Map<String, Tensor>> before =
        List.of(generated("cup", -1), generated("no", -1), generated("cat", -1));
    List<Map<String, Tensor>> after =
        List.of(generated("cup", -1), generated("yes", -1), generated("sun", -1));

    List<Example> examples = task.examples(2).orElseThrow().of(after, before);

    assertThat(examples)
        .extracting(Example::title)
        .containsExactly("a.png: Is it red?", "a.png: What else?");
    assertThat(examples.getFirst().marks().getFirst().before()).isEqualTo("no");
    assertThat(examples.getFirst().marks().getFirst().after()).isEqualTo("yes");
  }

  @Test
  void allThatSamplesLackIsTold() {
    assertThatThrownBy(
            () ->
                task(
                    "q.jsonl",
                    "{\"image\": \"a.png\"}\n{\"image\": \"a.png\", \"question\": \"What?\"}"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll(
            "2 of 2 samples", "a.png: has no question, and no answer", "a.png: has no answer");
  }

  @Test
  void scoresOfClassesThatNothingNamesAreRefused() throws IOException {
    Task task = task("q.csv", "image,question,answer\na.png,What is it?,Cup\n");
    List<Map<String, Tensor>> outputs = List.of(logits(1, 0, 0));

    assertThatThrownBy(() -> task.scores().of(outputs, outputs))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll(
            "needs a generated text or scores of answers", "nothing tells which of the model's 3");
    assertThat(task.supervision()).isEmpty();
  }
}
