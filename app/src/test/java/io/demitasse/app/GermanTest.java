package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The command on a machine that writes one and a half as 1,5. */
@Isolated("the locale is one for the whole process")
final class GermanTest {
  private final Locale usual = Locale.getDefault();

  @TempDir private Path folder;

  @BeforeEach
  void speakGerman() {
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void speakAsUsual() {
    Locale.setDefault(usual);
  }

  @Test
  void numbersAreWrittenAsEverywhere() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path texts = SmallEncoder.texts(folder, 30);

    Invocation run =
        Invocation.of(
            "compress",
            model,
            "-o",
            folder.resolve("small.onnx"),
            "--data",
            texts,
            "--timing",
            1,
            "--budget",
            "size<=0.1%, drop<=0.001%");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out() + run.err())
        .containsPattern("size is \\d+\\.\\d %")
        .doesNotContainPattern("\\d,\\d{1,2}\\b");
  }
}
