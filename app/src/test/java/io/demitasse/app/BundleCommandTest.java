package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of models from the command line: described, compressed as a whole, never spoiled. */
final class BundleCommandTest {
  private static final String QUANTIZED =
      """
      demitasse: 1
      resolved: true
      steps:
        - pass: quantize-dynamic
      """;

  @TempDir private Path folder;
  private Path original;
  private Path texts;
  private Path recipe;
  private Path small;

  @BeforeEach
  void makeFolder() throws IOException {
    original = folder.resolve("original");
    SmallEncoder.in(original);
    texts = SmallEncoder.texts(folder, 20);
    recipe = Files.writeString(folder.resolve("quantized.yaml"), QUANTIZED);
    small = folder.resolve("small");
  }

  @Test
  void aFolderIsDescribedThenCompressedAsAWhole() throws IOException {
    assertThat(Invocation.of("inspect", original, "--init").code()).isZero();
    assertThat(original.resolve("bundle.yaml"))
        .content()
        .contains("program: single", "file: encoder.onnx", "modality: text");
    List<String> before = names(original);

    Invocation run = compress();

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(names(original)).isEqualTo(before);
    assertThat(names(small))
        .contains("bundle.yaml", "encoder.onnx", "recipe.yaml", "report.html", "report.json")
        .containsAll(before);
    assertThat(names(folder)).noneMatch(name -> name.startsWith("."));
    assertThat(Files.size(small.resolve("encoder.onnx")))
        .isLessThan(Files.size(original.resolve("encoder.onnx")) / 2);
    assertThat(Invocation.of("inspect", small).out()).contains("Part 'model'", "All parts: ");
  }

  @Test
  void theResultIsReplacedOnlyWhenAskedAndOnlyWhereAResultWas() throws IOException {
    assertThat(Invocation.of("inspect", original, "--init").code()).isZero();
    assertThat(compress().code()).isZero();

    Invocation again = compress();
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists. Choose another, or replace it with --force");
    Files.writeString(small.resolve("thesis.txt"), "years of work");
    assertThat(compress("--force").code()).isZero();
    assertThat(small.resolve("thesis.txt")).hasContent("years of work");

    Files.delete(small.resolve("report.json"));
    Invocation other = compress("--force");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err())
        .contains("holds files and no report.json of a result that Demitasse wrote");
    assertThat(small.resolve("thesis.txt")).hasContent("years of work");
  }

  @Test
  void whatSomeoneChangedInAResultIsNotReplaced() throws IOException {
    assertThat(Invocation.of("inspect", original, "--init").code()).isZero();
    assertThat(compress().code()).isZero();
    Path edited = Files.writeString(small.resolve("bundle.yaml"), "# by hand");

    Invocation run = compress("--force");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(edited + " was changed since Demitasse wrote it");
    assertThat(edited).hasContent("# by hand");
  }

  @Test
  void theOriginalIsFoundThroughLinks() throws IOException {
    assertThat(Invocation.of("inspect", original, "--init").code()).isZero();
    List<String> before = names(original);
    Path link = Files.createSymbolicLink(folder.resolve("link"), original);
    Path up = Files.createSymbolicLink(folder.resolve("up"), folder);

    for (Path place : List.of(link, up.resolve("original"), up.resolve("original").resolve("in"))) {
      small = place;
      for (Invocation run : List.of(compress("--force"), compress())) {
        assertThat(run.code()).as(place.toString()).isEqualTo(2);
        assertThat(run.err()).contains("contain each other; the original is never changed");
      }
    }
    assertThat(names(original)).isEqualTo(before);
  }

  @Test
  void onlyWhatModelsNeedIsCopiedAndTheRestIsTold() throws IOException {
    Files.createDirectories(original.resolve(".git"));
    Files.writeString(original.resolve(".git").resolve("config"), "token");
    Files.writeString(original.resolve("id_rsa"), "key");
    Files.writeString(original.resolve("notes.docx"), "notes");
    Files.writeString(original.resolve("LICENSE"), "free");
    Files.writeString(original.resolve("preprocessor_config.json"), "{}");
    assertThat(Invocation.of("inspect", original, "--init").code()).isZero();

    Invocation run = compress();

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(names(small))
        .containsExactly(
            "LICENSE",
            "bundle.yaml",
            "encoder.onnx",
            "preprocessor_config.json",
            "recipe.yaml",
            "report.html",
            "report.json",
            "tokenizer.json");
    assertThat(run.err()).contains("not copied into the result", ".git/, id_rsa, notes.docx");
  }

  @Test
  void theResultNeverLiesInTheOriginal() {
    assertThat(Invocation.of("inspect", original, "--init").code()).isZero();
    small = original.resolve("small");

    Invocation run = compress("--force");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("contain each other; the original is never changed");
    assertThat(small).doesNotExist();
  }

  @Test
  void aBundleDoesNotBecomeOneFile() {
    assertThat(Invocation.of("inspect", original, "--init").code()).isZero();
    small = folder.resolve("small.onnx");

    Invocation run = compress();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("is a bundle of several models and becomes a folder, not");
  }

  @Test
  void aFolderOfSeveralThatNobodyDescribedIsToldHow() throws IOException {
    Files.copy(original.resolve("encoder.onnx"), original.resolve("other.onnx"));

    Invocation run = compress();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains(original + " holds 2 models and no bundle.yaml", "inspect " + original);
  }

  @Test
  void aDescriptionIsNotOverwritten() throws IOException {
    Path mine = Files.writeString(original.resolve("bundle.yaml"), "mine");

    Invocation run = Invocation.of("inspect", original, "--init");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("bundle.yaml exists. Replace it with --force.");
    assertThat(mine).hasContent("mine");
  }

  @Test
  void aProgramNobodyKnowsIsAnsweredWithTheKnownOnes() throws IOException {
    Files.writeString(
        original.resolve("bundle.yaml"),
        """
        demitasse-bundle: 1
        program: telepathy
        parts:
          model: {file: encoder.onnx, modality: text}
        """);

    Invocation run = compress();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("There is no program 'telepathy'. Known programs: single, ocr");
  }

  @Test
  void aDescriptionWithMistakesIsToldWholeAndNothingIsWritten() throws IOException {
    Path described =
        Files.writeString(
            original.resolve("bundle.yaml"),
            """
            demitasse-bundle: 1
            program: single
            colour: red
            parts:
              model: {file: decoder.onnx, modality: text}
              model: {file: encoder.onnx, modality: smell}
            """);

    Invocation run = compress();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("demitasse: " + described + " is not a valid bundle:")
        .contains(
            "\n  - line 6 says 'model' a second time in the same map; rename it or take it out",
            "\n  - the bundle has an unknown key 'colour'; it may have [",
            "\n  - part 'model': the modality must be one of [text, image, audio, video, tensors],"
                + " got smell")
        .doesNotContain("\tat ");
    assertThat(small).doesNotExist();
  }

  private Invocation compress(String... further) {
    Stream<Object> always =
        Stream.of(
            "compress",
            original,
            "-o",
            small,
            "--recipe",
            recipe,
            "--data",
            texts,
            "--budget",
            "drop<=50%",
            "--timing",
            1);
    return Invocation.of(Stream.concat(always, Stream.of(further)).toArray());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
