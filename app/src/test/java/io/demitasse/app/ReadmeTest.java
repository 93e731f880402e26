package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what runs. */
final class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");

  @TempDir private Path folder;

  @Test
  void itsRecipeMakesATextEncoderSmall() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path small = folder.resolve("small.onnx");

    Invocation run =
        Invocation.of(
            "compress",
            model,
            "-o",
            small,
            "--recipe",
            Files.writeString(folder.resolve("readme.yaml"), recipe()),
            "--budget",
            "latency<=1000%, drop<=50%",
            "--data",
            SmallEncoder.texts(folder, 10),
            "--timing",
            1);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(Files.size(small)).isLessThan(Files.size(model) / 3);
  }

  /** The block that begins as a recipe does. */
  private static String recipe() throws IOException {
    String text = Files.readString(README);
    int start = text.indexOf("demitasse: 1\n");
    return text.substring(start, text.indexOf("```", start));
  }
}
