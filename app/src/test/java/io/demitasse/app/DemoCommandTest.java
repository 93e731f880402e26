package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.app.demo.DemoFile;
import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo refuses; what it does is shown by {@code DemoTest}. */
final class DemoCommandTest {
  @TempDir private Path folder;

  @Test
  void doesNotTouchAFolderOfAnotherOrigin() throws IOException {
    Path mine = Files.writeString(folder.resolve("model.onnx"), "mine");

    Invocation run = Invocation.of("demo", "-o", folder);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("holds files of another origin", "--force");
    assertThat(folder)
        .isDirectoryContaining(mine::equals)
        .isDirectoryNotContaining("glob:**original");
    assertThat(mine).hasContent("mine");
  }

  @Test
  void refusesAFileWhereItsFolderShouldBe() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");

    Invocation run = Invocation.of("demo", "-o", file);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("it is not a folder");
    assertThat(file).hasContent("mine");
  }

  @Test
  void saysWhereAModelIsThatTheDistributionDoesWithout() {
    DemoFile missing = DemoFile.resource("/missing.onnx", "missing.onnx");

    assertThat(missing.isPresent()).isFalse();
    assertThatThrownBy(() -> missing.bring(folder))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The model file missing.onnx is not part of this installation: run the demo in a"
                + " checkout of the sources.");
  }
}
