package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Recipes;
import io.demitasse.result.Reservation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a result cannot go is told before the work begins, and nothing there is touched. */
final class DestinationTest {
  private static final String MODEL =
      """
      ir 8, opset 17

      graph g(x: float[1,400]) -> (y: float[1,400]) {
        w = float[400] ~ 1
        y = Add(x, w)
      }
      """;

  @TempDir private Path folder;
  private Path model;
  private Path recipe;

  @BeforeEach
  void makeModel() throws IOException {
    model = Files.createDirectory(folder.resolve("model")).resolve("m.onnx");
    Ports.find().format().write(TextGraph.parse(MODEL), model, WriteOptions.DEFAULT);
    recipe =
        Files.writeString(
            folder.resolve("idle.yaml"),
            "demitasse: 1\nresolved: true\nsteps:\n  - pass: remove-dead-nodes\n");
  }

  private Invocation compress(Object destination, String... more) {
    Stream<Object> always =
        Stream.of("compress", model, "-o", destination, "--recipe", recipe, "--timing", 1);
    return Invocation.of(Stream.concat(always, Stream.of(more)).toArray());
  }

  private static void assertRefused(Invocation run, String why) {
    assertThat(run.code()).as(run.toString()).isEqualTo(2);
    assertThat(run.err()).contains(why).doesNotContain("...", "Exception", "\tat ");
  }

  @Test
  void theModelItselfIsFoundThroughHardAndSymbolicLinks() throws IOException {
    byte[] before = Files.readAllBytes(model);
    Path hard = Files.createLink(folder.resolve("hard.onnx"), model);
    Path soft = Files.createSymbolicLink(folder.resolve("soft.onnx"), model);
    Path up = Files.createSymbolicLink(folder.resolve("up"), model.getParent());

    for (Path place : List.of(hard, soft, up.resolve("m.onnx"), model)) {
      assertRefused(compress(place, "--force"), "is the original, which is never changed");
    }

    assertThat(model).hasBinaryContent(before);
    assertThat(Files.isSymbolicLink(soft)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"small.recipe.yaml", "small.report.json", "small.onnx.data"})
  void weightsThatAreCalledLikeSomethingToBeWrittenAreKept(String name) throws IOException {
    Path named = model.resolveSibling(name);
    // A name of the same length may be put in its place without taking the file apart.
    String stem = "m".repeat(name.length() - ".onnx.data".length());
    model = model.resolveSibling(stem + ".onnx");
    WriteOptions beside = new WriteOptions(ExternalData.ALWAYS, 1);
    Ports.find().format().write(TextGraph.parse(MODEL), model, beside);
    Files.move(model.resolveSibling(stem + ".onnx.data"), named);
    String bytes = Files.readString(model, StandardCharsets.ISO_8859_1);
    Files.writeString(model, bytes.replace(stem + ".onnx.data", name), StandardCharsets.ISO_8859_1);
    byte[] weights = Files.readAllBytes(named);

    Invocation run = compress(model.resolveSibling("small.onnx"), "--force");

    assertRefused(run, named + ", which is read and never changed");
    assertThat(named).hasBinaryContent(weights);
  }

  @Test
  void theRecipeThatIsGivenIsKept() throws IOException {
    recipe = Files.copy(recipe, folder.resolve("small.recipe.yaml"));

    assertRefused(compress(folder.resolve("small.onnx"), "--force"), "which is read");
  }

  @Test
  void whatIsNotOursIsNeverReplaced() throws IOException {
    Path other = Files.writeString(folder.resolve("small.recipe.yaml"), "mine");
    Path small = folder.resolve("small.onnx");

    assertRefused(compress(small), "small.recipe.yaml exists");
    assertRefused(compress(small, "--force"), "is not a file that Demitasse wrote there");
    assertThat(other).hasContent("mine");
    assertThat(small).doesNotExist();
  }

  @Test
  void dataOfSomeoneElseStays() throws IOException {
    Path data = Files.writeString(folder.resolve("small.onnx.data"), "mine");
    Path small = folder.resolve("small.onnx");

    assertRefused(compress(small), "small.onnx.data exists");
    Invocation forced = compress(small, "--force");

    assertThat(forced.code()).as(forced.toString()).isZero();
    assertThat(data).hasContent("mine");
    assertThat(small).isRegularFile();
  }

  @Test
  void aLinkInTheWayIsNotWrittenThrough() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "mine");
    Path small = folder.resolve("small.onnx");
    Files.createSymbolicLink(folder.resolve("small.report.html"), victim);
    Files.createSymbolicLink(folder.resolve(".small.onnx.demitasse-lock"), victim);

    assertRefused(compress(small, "--force"), "small.onnx.demitasse-lock is in the way");
    Files.delete(folder.resolve(".small.onnx.demitasse-lock"));
    assertRefused(compress(small, "--force"), "small.report.html is not a file that Demitasse");

    assertThat(victim).hasContent("mine");
    assertThat(small).doesNotExist();
  }

  @Test
  void aSecondRunIsToldBeforeItBegins() {
    Path small = folder.resolve("small.onnx");
    try (Reservation first = Demitasse.open(model).reserve(small, false)) {
      assertThat(first.output().model()).isEqualTo(small);

      assertRefused(compress(small), "Another run of Demitasse is writing to " + small);
    }

    assertThat(compress(small).code()).isZero();
  }

  @Test
  void whatAppearsDuringTheRunIsNotReplaced() throws IOException {
    Path small = folder.resolve("small.onnx");
    Demitasse job = Demitasse.open(model).recipe(Recipes.read(recipe));
    try (Reservation place = job.reserve(small, true);
        Compressed compressed = job.compress()) {
      Files.writeString(small, "mine");

      assertThatThrownBy(() -> compressed.writeTo(place))
          .hasMessageContaining(small + " was made or changed by someone else during the run");
    }

    assertThat(small).hasContent("mine");
    assertThat(names()).containsExactly("idle.yaml", "model", "small.onnx");
  }

  @Test
  void placesWhereNothingCanBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    Path made = Files.createDirectory(folder.resolve("made.onnx"));

    assertRefused(compress("/"), "is not a name for a file or folder");
    assertRefused(compress(""), "is not a name for a file or folder");
    assertRefused(compress(file), "is a file, and a result by this name becomes a folder");
    assertRefused(compress(file.resolve("small.onnx")), file + " is not a folder to write in");
    assertRefused(compress(made), "is a folder. Name a file in it");
    assertRefused(compress(folder), "The destination " + folder + " and the original");
    assertRefused(compress("/proc/small.onnx"), "Nothing can be written to /proc");
    assertThat(names()).containsExactly("file", "idle.yaml", "made.onnx", "model");
  }

  @Test
  void aFolderOfSomeoneElseIsRefused() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("notes.txt"), "mine");

    assertRefused(compress(other), "exists");
    assertRefused(compress(other, "--force"), "holds files and no report.json");
    assertThat(other.resolve("notes.txt")).hasContent("mine");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
