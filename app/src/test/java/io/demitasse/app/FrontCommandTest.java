package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several results of one run, from the command line, on a small model. */
final class FrontCommandTest {
  @TempDir private Path folder;
  private Path model;
  private Path texts;
  private Path output;

  @BeforeEach
  void makeModel() throws IOException {
    model = SmallEncoder.in(folder.resolve("model"));
    texts = SmallEncoder.texts(folder, 30);
    output = folder.resolve("results");
  }

  @Test
  void writesResultsThatCanBeReplayedAndAPageThatComparesThem() throws IOException {
    Invocation run = front("--front", 3, "--budget", "drop<=30%, latency<=10000%");

    assertThat(run.code()).as(run.toString()).isZero();
    JsonNode front = new ObjectMapper().readTree(output.resolve("front.json").toFile());
    assertThat(front.get("results").size()).isBetween(1, 3);
    List<Long> sizes = new ArrayList<>();
    for (JsonNode result : front.get("results")) {
      Path one = output.resolve(result.get("name").asText());
      assertThat(one).isDirectoryContaining("glob:**/report.html");
      sizes.add(result.get("bytes").asLong());
      assertThat(Files.size(one.resolve("model.onnx"))).isEqualTo(sizes.getLast());
    }
    assertThat(sizes).isSortedAccordingTo((a, b) -> Long.compare(b, a)).doesNotHaveDuplicates();
    assertThat(names(output)).hasSize(sizes.size() + 2).contains("front.html", "front.json");
    assertThat(Files.readString(output.resolve("front.html")))
        .contains("1/report.html", "drop&lt;=30%")
        .doesNotContain("{{");
    assertThat(names(folder))
        .as("nothing is left beside it")
        .noneMatch(name -> name.startsWith("."));
    assertThat(replayed(output.resolve(Integer.toString(sizes.size()))))
        .hasSameBinaryContentAs(output.resolve(sizes.size() + "/model.onnx"));
  }

  @Test
  void aFolderThatExistsIsNotTouched() throws IOException {
    Files.createDirectories(output);
    Path mine = Files.writeString(output.resolve("mine.txt"), "mine");

    Invocation run = front("--front", 3);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("results exists", "name another").doesNotContain("recording");
    assertThat(mine).hasContent("mine");
  }

  @Test
  void whatLeavesNoChoiceIsRefused() {
    assertThat(front("--front", 1).err()).contains("at least 2 results, got 1");
    assertThat(front("--front", 3, "--recipe", "int8-dynamic").err())
        .contains("a recipe takes its own steps");
    assertThat(front("--front", 3, "--quick").err()).contains("--quick takes its own steps");
    assertThat(front("--front", 3, "--dry-run").err()).contains("leave --front out");
    assertThat(output).doesNotExist();
  }

  private Path replayed(Path result) {
    Path again = folder.resolve("again.onnx");
    Invocation run =
        Invocation.of(
            "compress",
            model,
            "-o",
            again,
            "--recipe",
            result.resolve("recipe.yaml"),
            "--data",
            texts,
            "--timing",
            1);
    assertThat(run.code()).as(run.toString()).isZero();
    return again;
  }

  private Invocation front(Object... more) {
    List<Object> all =
        new ArrayList<>(List.of("compress", model, "-o", output, "--data", texts, "--timing", 1));
    all.addAll(List.of(more));
    return Invocation.of(all.toArray());
  }

  private static List<String> names(Path in) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
