package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.port.ExternalWeight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of 100, 200 and 300 bytes, and data beside them. */
class BundleFilesTest {
  @TempDir Path folder;
  private Path data;
  private final Map<String, Path> models = new LinkedHashMap<>();

  @BeforeEach
  void makeFiles() throws IOException {
    models.put("a", Files.write(folder.resolve("a.onnx"), new byte[100]));
    models.put("b", Files.write(folder.resolve("b.onnx"), new byte[200]));
    models.put("c", Files.write(folder.resolve("c.onnx"), new byte[300]));
    data = Files.write(folder.resolve("shared.data"), new byte[1000]);
  }

  private ExternalWeight piece(long offset, long bytes) {
    return new ExternalWeight("w" + offset, data, offset, bytes);
  }

  private static void assertBytes(BundleFiles files, long a, long b, long c) {
    assertThat(List.of(files.bytes("a"), files.bytes("b"), files.bytes("c")))
        .containsExactly(a, b, c);
    assertThat(files.bytes()).as("the whole").isEqualTo(a + b + c);
  }

  @Test
  void withoutDataAPartIsItsFile() {
    assertBytes(new BundleFiles(models), 100, 200, 300);
  }

  @Test
  void dataOfOnePartIsItsOwnAlsoWhatNobodyReads() {
    BundleFiles files = new BundleFiles(models, Map.of("b", List.of(piece(0, 10))));

    assertBytes(files, 100, 1200, 300);
    assertThat(files.sharedBytes("b")).isZero();
  }

  @Test
  void whatTwoPartsReadIsDividedAmongThem() {
    List<ExternalWeight> all = List.of(piece(0, 1000));

    assertBytes(new BundleFiles(models, Map.of("a", all, "c", all)), 600, 200, 800);
  }

  @Test
  void aPartThatReadsLittleIsChargedLittle() {
    BundleFiles files =
        new BundleFiles(
            models,
            Map.of(
                "a", List.of(piece(0, 800), piece(800, 200)),
                "b", List.of(piece(0, 800)),
                "c", List.of(piece(800, 200))));

    assertBytes(files, 600, 600, 400);
    assertThat(files.sharedBytes("a")).isEqualTo(1000);
    assertThat(files.sharedBytes("c")).isEqualTo(200);
    assertThat(files.sharedBytes()).isEqualTo(1000);
  }

  @Test
  void gapsAndRoundingGoSomewhere() {
    List<ExternalWeight> all = List.of(piece(0, 1), piece(64, 936));

    assertBytes(new BundleFiles(models, Map.of("a", all, "b", all, "c", all)), 433, 534, 633);
  }

  @Test
  void aWeightUnderTwoNamesIsReadOnce() {
    List<ExternalWeight> twice = List.of(piece(0, 500), piece(0, 500));

    assertBytes(
        new BundleFiles(models, Map.of("a", twice, "b", List.of(piece(500, 500)))), 600, 700, 300);
  }

  @Test
  void weightsWithoutElementsTakeNothing() {
    assertBytes(
        new BundleFiles(models, Map.of("a", List.of(piece(0, 0)), "b", List.of(piece(0, 0)))),
        100,
        1200,
        300);
  }

  @Test
  void partsOfOneFolderAreNeighbors() throws IOException {
    Path sub = Files.createDirectory(folder.resolve("sub"));
    models.put("d", sub.resolve("d.onnx"));
    BundleFiles files = new BundleFiles(models);

    assertThat(files.neighbors("b")).containsExactly("a", "b", "c");
    assertThat(files.neighbors("d")).containsExactly("d");
  }

  @Test
  void aPartOfOthersComesWithItsData() {
    BundleFiles others = new BundleFiles(models, Map.of("b", List.of(piece(0, 1000))));

    assertBytes(new BundleFiles(models).with("b", others), 100, 1200, 300);
    assertBytes(others.with("b", new BundleFiles(models)), 100, 200, 300);
    assertThat(others.all()).hasSize(4).endsWith(data);
  }
}
