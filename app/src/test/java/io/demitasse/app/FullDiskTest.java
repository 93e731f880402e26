package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that takes no more. A limit on the size of files stands for it: it needs no rights and
 * makes the same calls fail.
 */
@EnabledOnOs(OS.LINUX)
final class FullDiskTest {
  @TempDir private Path folder;

  @Test
  void endsWithOneSentenceAndLeavesNothingBehind() throws IOException, InterruptedException {
    Path model = SmallEncoder.alone(folder.resolve("model"));
    byte[] before = Files.readAllBytes(model);
    Path there = Files.createDirectory(folder.resolve("out"));

    Child child =
        Child.start(
            folder,
            // One megabyte, in blocks of 512 or 1,024 bytes as the shell counts.
            List.of("sh", "-c", "ulimit -f 1024; exec \"$@\"", "limited"),
            List.of("-Donnxruntime.native.path=" + nativeLibraries()),
            "compress",
            model,
            "-o",
            there.resolve("made").resolve("for it"),
            "--timing",
            1);

    assertThat(child.end()).as(child.said()).isEqualTo(5);
    assertThat(child.said().lines().filter(line -> line.startsWith("demitasse: ")))
        .singleElement()
        .asString()
        .contains("Cannot write", "model.onnx");
    assertThat(child.said()).doesNotContain("\tat ");
    assertThat(there).isEmptyDirectory();
    try (Stream<Path> left = Files.list(child.temporary())) {
      assertThat(left).isEmpty();
    }
    assertThat(model).hasBinaryContent(before);
  }

  /** The runtime's libraries, which the limit would not let it unpack. */
  private Path nativeLibraries() throws IOException {
    Path libraries = Files.createDirectory(folder.resolve("native"));
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x64";
    for (String name : List.of("libonnxruntime.so", "libonnxruntime4j_jni.so")) {
      String resource = "/ai/onnxruntime/native/linux-" + architecture + "/" + name;
      try (InputStream library = getClass().getResourceAsStream(resource)) {
        Files.copy(library, libraries.resolve(name));
      }
    }
    return libraries;
  }
}
