package io.demitasse.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several results appear as one, or not at all. */
final class FrontWriterTest {
  @TempDir private Path folder;

  @Test
  void everythingAppearsUnderItsName() {
    Path front = folder.resolve("new/front");

    new FrontWriter(front).write(2, FrontWriterTest::result, Map.of("front.json", "{}"));

    assertThat(front.resolve("1/model.onnx")).hasContent("1");
    assertThat(front.resolve("2/model.onnx")).hasContent("2");
    assertThat(front.resolve("front.json")).hasContent("{}");
    assertThat(front.getParent()).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void aResultThatFailsLeavesNothing() {
    Path front = folder.resolve("new/front");

    assertThatThrownBy(
            () ->
                new FrontWriter(front)
                    .write(
                        3,
                        (number, place) -> {
                          if (number == 2) {
                            throw DemitasseException.badRequest("the second");
                          }
                          result(number, place);
                        },
                        Map.of()))
        .hasMessage("the second");

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatExistsIsRefusedAndStays() throws IOException {
    Path mine = Files.writeString(folder.resolve("front"), "mine");

    assertThatThrownBy(() -> new FrontWriter(mine).write(1, FrontWriterTest::result, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("exists");
    assertThat(mine).hasContent("mine");
  }

  private static void result(int number, Path place) {
    try {
      Files.createDirectory(place);
      Files.writeString(place.resolve("model.onnx"), Integer.toString(number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
