package io.demitasse.media.task;

import static io.demitasse.media.task.ScriptedProgram.embedding;
import static io.demitasse.media.task.ScriptedProgram.score;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.media.program.SingleProgram;
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

/** Tasks of programs that embed pictures and texts. */
class TwoTowerTasksTest {
  private static final String CAPTIONS =
      "image,caption\na.png,a cup\na.png,one cup\nb.png,a sun\nc.png,a cup\n";

  @TempDir private Path folder;

  @BeforeEach
  void draw() throws IOException {
    for (String name : List.of("a.png", "b.png", "c.png", "red_cup/a.png", "sun/b.png")) {
      Path file = folder.resolve("pictures").resolve(name);
      Files.createDirectories(file.getParent());
      ImageIO.write(new BufferedImage(2, 2, 1), "png", file.toFile());
    }
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve("pictures").resolve(name), text);
  }

  private Task task(String name, Path data, Map<String, String> options) {
    return new ScriptedProgram(_ -> embedding(1)).task(name, folder, data, options);
  }

  private Task task(String name) throws IOException {
    return task(name, write("captions.csv", CAPTIONS), Map.of());
  }

  @Test
  void picturesFindAnyOfTheirCaptionsAndCaptionsAnyOfTheirPictures() throws IOException {
    Task task = task("image-text-retrieval");
    assertThat(
            IntStream.range(3, 6)
                .mapToObj(i -> ((Sample.Text) task.samples().get(i)).text())
                .toList())
        .containsExactly("a cup", "one cup", "a sun");
    // Pictures a, b, c, then "a cup", "one cup", "a sun".
    List<Map<String, Tensor>> outputs =
        List.of(
            embedding(1, 0, 0),
            embedding(0, 1, .2f),
            embedding(0, 1, .9f),
            embedding(0, 0, 1),
            embedding(1, .1f, 0),
            embedding(0, 1, 0));

    List<Score> scores = task.scores().of(outputs, outputs);

    assertThat(scores).extracting(Score::metric).isEqualTo(task.metrics());
    // a: "one cup"; b: "a sun"; c: "a sun" (.74), "a cup" (.67) second.
    assertThat(score(scores, "recall@1").perSample()).containsExactly(1, 1, 0);
    assertThat(score(scores, "recall@5").perSample()).containsExactly(1, 1, 1);
    // "a cup": c is nearest; "one cup": a; "a sun": b.
    assertThat(score(scores, "reverse recall@1").perSample()).containsExactly(1, 1, 1);
    assertThat(score(scores, "negative median rank").value()).isEqualTo(-1);
    assertThat(score(scores, "negative median rank").statistic().of(new int[] {2, 2, 0}))
        .isEqualTo(-2);
    assertThat(scores)
        .filteredOn(Score::limited)
        .extracting(Score::metric)
        .containsExactly("recall@10", "reverse recall@10");
  }

  @Test
  void listsWithoutAHeaderAndJsonOfCocoSayTheSame() throws IOException {
    Path list = write("list.tsv", "a.png\ta cup\na.png\tone cup\nb.png\ta sun\nc.png\ta cup\n");
    Path coco =
        write(
            "coco.json",
            """
            {"images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"},
                        {"id": 3, "file_name": "c.png"}],
             "annotations": [
               {"image_id": 1, "caption": "a cup"}, {"image_id": 1, "caption": "one cup"},
               {"image_id": 2, "caption": "a sun"}, {"image_id": 3, "caption": "a cup"}]}
            """);
    List<Map<String, Tensor>> outputs =
        List.of(
            embedding(1, 0),
            embedding(0, 1),
            embedding(1, 2),
            embedding(2, 1),
            embedding(1, .1f),
            embedding(0, 3));
    double expected =
        score(task("image-text-retrieval").scores().of(outputs, outputs), "recall@1").value();

    for (Path data : List.of(list, coco)) {
      Task task = task("image-text-retrieval", data, Map.of());
      assertThat(score(task.scores().of(outputs, outputs), "recall@1").value()).isEqualTo(expected);
    }
  }

  @Test
  void dividedPicturesKeepAllCaptionsToChooseFrom() throws IOException {
    StringBuilder lines = new StringBuilder("image,caption\n");
    for (int i = 0; i < 40; i++) {
      String name = "p" + i + ".png";
      ImageIO.write(
          new BufferedImage(2, 2, 1), "png", folder.resolve("pictures").resolve(name).toFile());
      lines.append(name + ",caption " + i + "\n");
    }
    Task task = task("image-text-retrieval", write("many.csv", lines.toString()), Map.of());

    TaskSplits splits = task.splits(TaskSplits.Request.PLAIN);

    for (Task part : List.of(splits.choose(), splits.judge())) {
      long texts =
          IntStream.range(0, part.samples().size())
              .filter(i -> part.samples().get(i) instanceof Sample.Text)
              .count();
      assertThat(texts).isEqualTo(40);
      assertThat(part.metrics()).isEqualTo(task.metrics());
      List<Map<String, Tensor>> outputs = ScriptedProgram.run(part);
      assertThat(part.scores().of(outputs, outputs))
          .extracting(Score::metric)
          .isEqualTo(task.metrics());
    }
  }

  @Test
  void oneCandidateAloneIsNoRetrieval() throws IOException {
    Path one = write("one.csv", "image,caption\na.png,a cup\nb.png,a cup\n");
    assertThatThrownBy(() -> task("image-text-retrieval", one, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("two different texts at least to choose from, but")
        .hasMessageContaining("has 2 and 1. Every rank would be the first.");
    Path none = write("none.jsonl", "{\"image\": \"a.png\"}\n{\"image\": \"b.png\"}\n");
    assertThatThrownBy(() -> task("image-text-retrieval", none, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll("2 of 2", "a.png: has no caption", "b.png: has no caption");
  }

  @Test
  void programsThatDoNotEmbedBothAreRefused() {
    Bundle bundle = Bundle.of(ScriptedProgram.model());
    Path file = folder.resolve("model.onnx");
    SingleProgram program =
        SingleProgram.of(bundle.part("model"), file, SingleProgram.Options.DEFAULT);
    for (String name : TwoTowerTasks.NAMES) {
      assertThatThrownBy(
              () ->
                  TaskProvider.find(
                      new TaskProvider.Request(name, bundle, program, file, null, Map.of(), 7)))
          .isInstanceOf(DemitasseException.class)
          .hasMessageStartingWith(
              "The task "
                  + name
                  + " needs a program that embeds pictures and texts, such as 'two-tower', but ")
          .hasMessageEndingWith("is run by 'single'. Use the task agreement.");
    }
  }

  private Path labeled() throws IOException {
    return write("labeled.csv", "image,label\na.png,red_cup\nb.png,sun\nc.png,sun\n");
  }

  @Test
  void classesAreAskedForInASentence() throws IOException {
    Task task = task("zero-shot", labeled(), Map.of("template", "a drawing of a {}, or {}"));

    assertThat(((Sample.Text) task.samples().get(3)).text())
        .isEqualTo("a drawing of a red cup, or red cup");
    assertThat(task.samples().size()).isEqualTo(5);
    List<Map<String, Tensor>> outputs =
        List.of(
            embedding(1, .5f), embedding(1, 2), embedding(3, 2), embedding(1, 0), embedding(0, 1));
    List<Score> scores = task.scores().of(outputs, outputs);
    assertThat(scores.getFirst().metric()).isEqualTo("top1");
    assertThat(scores.getFirst().limited()).isTrue();
    assertThat(scores.getFirst().perSample()).containsExactly(1, 1, 0);
    assertThat(scores).extracting(Score::metric).contains("macro f1").doesNotContain("calibration");
    assertThat(task.metrics()).containsAll(scores.stream().map(Score::metric).toList());
    Confusion confusion = task.confusion().orElseThrow().of(outputs, outputs);
    assertThat(confusion.classes()).containsExactlyInAnyOrder("red_cup", "sun");
    assertThat(confusion.before()).isEqualTo(confusion.after());
  }

  @Test
  void foldersAreClasses() {
    assertThatThrownBy(() -> task("zero-shot", folder.resolve("pictures"), Map.of()))
        .as("three pictures lie in no folder")
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("a.png: has no label");
    assertThatThrownBy(() -> task("zero-shot", folder.resolve("pictures/sun"), Map.of()))
        .isInstanceOf(DemitasseException.class);
  }

  @Test
  void classesHaveToBeSeveralAndHaveAPlaceInTheTemplate() throws IOException {
    Path one = write("one.csv", "image,label\na.png,sun\nb.png,sun\n");
    assertThatThrownBy(() -> task("zero-shot", one, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("two classes at least")
        .hasMessageContaining("class 'sun'");
    Path data = labeled();
    assertThatThrownBy(() -> task("zero-shot", data, Map.of("template", "a photo")))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("A template has {} where the name of a class stands");
  }

  @Test
  void embeddingsOfBothAndTheirSimilaritiesAgree() throws IOException {
    Task task = task("embedding-agreement");
    List<Map<String, Tensor>> original =
        List.of(
            embedding(1, 0),
            embedding(0, 1),
            embedding(1, 1),
            embedding(1, 0),
            embedding(1, 1),
            embedding(0, 1));
    // All pictures and texts turned by a quarter: nothing agrees but how near they are.
    List<Map<String, Tensor>> turned =
        original.stream()
            .map(each -> each.get("embedding").toFloats())
            .map(vector -> embedding(-vector[1], vector[0]))
            .toList();

    List<Score> same = task.scores().of(original, original);
    List<Score> scores = task.scores().of(turned, original);

    assertThat(scores).extracting(Score::metric).isEqualTo(task.metrics());
    assertThat(same).allSatisfy(each -> assertThat(each.value()).isCloseTo(1, within(1e-9)));
    assertThat(score(scores, "image cosine").value()).isCloseTo(0, within(1e-9));
    assertThat(score(scores, "text cosine").perSample()).hasSize(3);
    assertThat(score(scores, "similarity correlation").value()).isCloseTo(1, within(1e-6));
    assertThat(scores)
        .filteredOn(Score::limited)
        .extracting(Score::metric)
        .containsExactly("image cosine", "text cosine");
  }

  @Test
  void similaritiesThatAreTurnedAroundCorrelateNegatively() throws IOException {
    Task task = task("embedding-agreement");
    List<Map<String, Tensor>> original =
        List.of(
            embedding(1, 0),
            embedding(1, 0),
            embedding(1, 0),
            embedding(1, 0),
            embedding(1, 1),
            embedding(0, 1));
    List<Map<String, Tensor>> changed =
        List.of(
            embedding(-1, 0),
            embedding(Float.NaN, 0),
            embedding(1, 0),
            embedding(1, 0),
            embedding(1, 1),
            embedding(0, 1));

    double[] correlations =
        score(task.scores().of(changed, original), "similarity correlation").perSample();

    assertThat(correlations).containsExactly(new double[] {-1, 0, 1}, within(1e-9));
  }
}
