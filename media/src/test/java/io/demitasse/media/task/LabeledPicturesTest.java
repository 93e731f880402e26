package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.media.program.SingleProgram;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels from the folders that pictures lie in. */
class LabeledPicturesTest {
  @TempDir private Path folder;

  @Test
  void theNamesOfFoldersAreFoundAmongThoseOfTheConfiguration() throws IOException {
    pictures("Tabby_cat/1.png", "dog/1.png", "dog/2.png");
    beside(
        "config.json",
        "{\"id2label\": {\"0\": \"fox\", \"1\": \"dog\", \"2\": \"tabby, tabby cat\"}}");

    Task task = task(classifier(3));

    assertThat(accuracy(task, 2, 1, 0)).containsExactly(1, 1, 0);
    assertThat(account(task)).contains("classes in config.json");
    assertThat(task.metrics()).startsWith("accuracy", "cosine");
  }

  @Test
  void accuracyIsHeldByTheBudgetBesideAgreement() throws IOException {
    pictures("0/1.png", "1/1.png");
    Task task = task(classifier(2));
    List<Map<String, Tensor>> outputs = List.of(scores(2, 0), scores(2, 1));

    assertThat(task.scores().of(outputs, outputs))
        .filteredOn(Score::limited)
        .extracting(Score::metric)
        .containsExactly("accuracy", "cosine");
  }

  @Test
  void aListOfLabelsNamesClassesToo() throws IOException {
    pictures("cat/1.png", "dog/1.png");
    beside("labels.txt", "dog\nfox\ncat\n");

    Task task = task(classifier(3));

    assertThat(accuracy(task, 2, 0)).containsExactly(1, 1);
    assertThat(account(task)).contains("labels.txt");
  }

  @Test
  void aConfigurationThatOnlyCountsClassesNamesNone() throws IOException {
    pictures("cat/1.png", "dog/1.png");
    beside("config.json", "{\"id2label\": {\"0\": \"LABEL_0\", \"1\": \"LABEL_1\"}}");

    Task task = task(classifier(2));

    assertThat(accuracy(task, 0, 1)).containsExactly(1, 1);
    assertThat(account(task)).contains("sorted order", "0 = cat, 1 = dog");
  }

  @Test
  void numbersAreClassesAndNotAnOrder() throws IOException {
    pictures("2/1.png", "10/1.png");

    assertThat(accuracy(task(classifier(11)), 10, 2)).containsExactly(1, 1);
    assertNotMeasured(task(classifier(2)), "not all are from 0 to 1");
  }

  @Test
  void withoutNamesFoldersMustBeAsManyAsClasses() throws IOException {
    pictures("cat/1.png", "dog/1.png");

    assertNotMeasured(task(classifier(3)), "nothing tells which of the model's 3 classes");
  }

  @Test
  void classesThatAreNamedOtherwiseAreNotGuessedInOrder() throws IOException {
    pictures("hund/1.png", "cat/1.png");
    beside("labels.txt", "cat\ndog\n");

    assertNotMeasured(task(classifier(2)), "labels.txt names no class, or several, like hund");
  }

  @Test
  void aNameOfTwoClassesIsNoLabel() throws IOException {
    pictures("crane/1.png", "dog/1.png");
    beside("labels.txt", "crane\ncrane\ndog\n");

    assertNotMeasured(task(classifier(3)), "crane");
  }

  @Test
  void namesThatCannotBeReadAreNoLabels() throws IOException {
    pictures("cat/1.png", "dog/1.png");
    beside("config.json", "{\"id2label\": ");

    assertNotMeasured(task(classifier(2)), "cannot read");
  }

  @Test
  void picturesBesideTheFoldersHaveNoLabel() throws IOException {
    pictures("cat/1.png", "dog/1.png", "stray.png");

    assertNotMeasured(task(classifier(2)), "some do not");
  }

  @Test
  void nothingChangesWithoutFoldersOrForOtherModels() throws IOException {
    pictures("1.png", "2.png");
    assertThat(task(classifier(2))).isInstanceOf(AgreementTask.class);
    assertThat(account(task(classifier(2)))).doesNotContain("accuracy");

    pictures("cat/1.png");
    Files.delete(folder.resolve("pictures/1.png"));
    Files.delete(folder.resolve("pictures/2.png"));
    Task map = task(model("y = Relu(x)", ""));
    assertThat(map).isInstanceOf(AgreementTask.class);
    assertThat(account(map)).doesNotContain("accuracy");
  }

  @Test
  void scoresThatAreNotNumbersAreWrong() throws IOException {
    pictures("0/1.png", "1/1.png");
    Task task = task(classifier(2));
    Map<String, Tensor> broken = Map.of("y", Tensor.ofFloats(new long[] {1, 2}, Float.NaN, 1));

    Score accuracy =
        task.scores().of(List.of(broken, broken), List.of(scores(2, 0), scores(2, 1))).getFirst();

    assertThat(accuracy.perSample()).containsExactly(0, 0);
  }

  private static void assertNotMeasured(Task task, String why) {
    assertThat(task).isInstanceOf(AgreementTask.class);
    assertThat(account(task)).contains("accuracy is not measured: ", why);
  }

  /** What is right where the model says these classes, for the samples in their order. */
  private static double[] accuracy(Task task, int... said) {
    List<Map<String, Tensor>> outputs =
        java.util.Arrays.stream(said).mapToObj(place -> scores(12, place)).toList();
    Score score = task.scores().of(outputs, outputs).getFirst();
    assertThat(score.metric()).isEqualTo("accuracy");
    return score.perSample();
  }

  private static Map<String, Tensor> scores(int classes, int largest) {
    float[] values = new float[classes];
    values[largest] = 1;
    return Map.of("y", Tensor.ofFloats(new long[] {1, classes}, values));
  }

  private static String account(Task task) {
    return String.join("\n", task.samples().account());
  }

  private Task task(Model model) {
    Path file = folder.resolve("model/model.onnx");
    return TaskProvider.find(
        new TaskProvider.Request(
            "agreement",
            Bundle.of(model),
            SingleProgram.of(model, file, SingleProgram.Options.DEFAULT),
            file,
            folder.resolve("pictures"),
            Map.of(),
            7));
  }

  private static Model classifier(int classes) {
    return model(
        "p = GlobalAveragePool(x)\n  f = Flatten(p)\n  y = Gemm(f, w)",
        String.format(Locale.ROOT, "w = float[3,%d] ~ 1", classes));
  }

  private static Model model(String calls, String weights) {
    return TextGraph.parse(
        String.format(
            Locale.ROOT,
            "ir 10, opset 17\n\ngraph main(x: float[B,3,8,8]) -> (y) {\n  %s\n  %s\n}\n",
            weights,
            calls));
  }

  private void beside(String name, String content) throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("model")).resolve(name), content);
  }

  private void pictures(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve("pictures").resolve(name);
      Files.createDirectories(file.resolveSibling("."));
      ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }
    Files.createDirectories(folder.resolve("model"));
  }
}
