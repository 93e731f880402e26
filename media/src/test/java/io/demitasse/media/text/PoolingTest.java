package io.demitasse.media.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolingTest {
  private static final Tensor HIDDEN = Tensor.ofFloats(new long[] {1, 3, 2}, 1, 2, 3, 5, 100, 100);
  private static final Tensor MASK = Tensor.ofLongs(new long[] {1, 3}, 1, 1, 0);

  @TempDir Path folder;

  @Test
  void theMeanLeavesPaddingOut() {
    assertThat(Pooling.MEAN.pool(HIDDEN, MASK)).hasToString("float[2]");
    assertThat(Pooling.MEAN.pool(HIDDEN, MASK).toFloats()).containsExactly(2, 3.5f);
  }

  @Test
  void theFirstTokenStandsForTheText() {
    assertThat(Pooling.FIRST.pool(HIDDEN, MASK).toFloats()).containsExactly(1, 2);
  }

  @Test
  void aTextOfNothingButPaddingIsZero() {
    Tensor none = Tensor.ofLongs(new long[] {1, 3}, 0, 0, 0);

    assertThat(Pooling.MEAN.pool(HIDDEN, none).toFloats()).containsExactly(0, 0);
  }

  @Test
  void theFileBesideTheModelSaysWhich() throws Exception {
    assertThat(Pooling.beside(folder)).isEqualTo(Pooling.MEAN);

    config("{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
    assertThat(Pooling.beside(folder)).isEqualTo(Pooling.FIRST);
    Path onnx = Files.createDirectory(folder.resolve("onnx"));
    assertThat(Pooling.beside(Files.writeString(onnx.resolve("model.onnx"), "")))
        .isEqualTo(Pooling.FIRST);

    config("{\"word_embedding_dimension\": 384, \"pooling_mode_mean_tokens\": true}");
    assertThat(Pooling.beside(folder)).isEqualTo(Pooling.MEAN);
  }

  @Test
  void anotherPoolingIsNotGuessed() throws Exception {
    Path file = config("{\"pooling_mode_max_tokens\": true}");

    assertThatThrownBy(() -> Pooling.beside(folder))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            file
                + " asks for pooling_mode_max_tokens; expected pooling_mode_mean_tokens or"
                + " pooling_mode_cls_token. Say --pooling mean or --pooling first to choose.");

    config("no json");
    assertThatThrownBy(() -> Pooling.beside(folder)).hasMessageStartingWith("Cannot read " + file);
  }

  private Path config(String json) throws Exception {
    Path parent = Files.createDirectories(folder.resolve("1_Pooling"));
    return Files.writeString(parent.resolve("config.json"), json);
  }
}
