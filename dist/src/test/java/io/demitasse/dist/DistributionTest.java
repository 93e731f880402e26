package io.demitasse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is unpacked in an empty folder runs there, and so does the image that has its own Java. */
final class DistributionTest {
  private static final String NAME = "demitasse-" + System.getProperty("demitasse.version");
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path MODEL =
      Path.of("..", "docs", "examples", "compress-model", "model.onnx").toAbsolutePath();

  @TempDir private static Path place;
  @TempDir private Path folder;

  @BeforeAll
  static void unpack() throws Exception {
    Command.run(
        place, Map.of(), List.of("tar", "-xzf", TARGET.resolve(NAME + ".tar.gz").toString()));
    Files.createSymbolicLink(place.resolve("image"), TARGET.resolve("image"));
  }

  private String demitasse(String home, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(place.resolve(home).resolve("bin/demitasse").toString());
    command.addAll(List.of(arguments));
    return Command.run(folder, environment(home), command).out();
  }

  /** The image finds no other Java than its own. */
  private static Map<String, String> environment(String home) {
    return home.equals("image")
        ? Map.of("JAVA_HOME", "/nowhere", "DEMITASSE_JAVA_HOME", "")
        : Map.of("JAVA_HOME", System.getProperty("java.home"), "DEMITASSE_JAVA_HOME", "");
  }

  static Stream<String> homes() {
    return Stream.of(NAME, "image");
  }

  @ParameterizedTest
  @MethodSource("homes")
  void compressesAModel(String home) throws Exception {
    assertThat(demitasse(home, "--version"))
        .isEqualTo("demitasse " + System.getProperty("demitasse.version") + "\n");
    assertThat(demitasse(home, "doctor")).contains("ONNX Runtime");
    assertThat(demitasse(home, "inspect", MODEL.toString())).contains("MatMul");

    demitasse(home, "compress", MODEL.toString(), "-o", "small", "--quick");

    assertThat(Files.size(folder.resolve("small/model.onnx"))).isLessThan(Files.size(MODEL) / 2);
  }

  /** The whole command on the image's modules: it measures, in a process of its own too. */
  @Test
  void theImageMeasures() throws Exception {
    String told =
        demitasse(
            "image",
            "compress",
            MODEL.toString(),
            "-o",
            "small",
            "--timing",
            "1",
            "--budget",
            "latency<=1000%, memory<=8GB, drop<=5%");

    assertThat(told).contains("✓ met");
    assertThat(folder.resolve("small/report.html")).isNotEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar.gz", "zip"})
  void holdsWhatItNeedsAndNoModels(String format) throws Exception {
    List<String> names = names(TARGET.resolve(NAME + "." + format));

    assertThat(names)
        .allMatch(name -> name.startsWith(NAME + "/"))
        .contains(
            NAME + "/bin/demitasse",
            NAME + "/demitasse.jar",
            NAME + "/LICENSE",
            NAME + "/README.md")
        .anyMatch(name -> name.startsWith(NAME + "/lib/demitasse-onnx-"))
        .noneMatch(name -> name.contains("langchain4j") || name.contains("rapidocr"));
    for (String system : List.of("linux-x86_64", "linux-arm64", "macosx-arm64", "windows-x86_64")) {
      assertThat(names)
          .filteredOn(name -> name.endsWith(system + ".jar"))
          .extracting(name -> name.replaceAll(".*/lib/|-\\d.*", ""))
          .containsExactlyInAnyOrderElementsOf(natives(system));
    }
  }

  /** What has native code for a system; libtorch is not published for all of them. */
  private static List<String> natives(String system) {
    return system.equals("linux-arm64")
        ? List.of("javacpp", "openblas", "opencv")
        : List.of("javacpp", "openblas", "opencv", "pytorch");
  }

  private static List<String> names(Path archive) throws Exception {
    if (archive.toString().endsWith(".zip")) {
      try (ZipFile zip = new ZipFile(archive.toFile())) {
        return zip.stream().map(ZipEntry::getName).toList();
      }
    }
    return Command.run(place, Map.of(), List.of("tar", "-tzf", archive.toString()))
        .out()
        .lines()
        .toList();
  }
}
