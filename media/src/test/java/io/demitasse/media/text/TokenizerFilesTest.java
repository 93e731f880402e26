package io.demitasse.media.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFilesTest {
  @TempDir Path folder;

  @Test
  void aFolderWithoutATokenizerHasNone() throws Exception {
    assertThat(TokenizerFiles.tokenizer(folder)).isEmpty();
    assertThat(TokenizerFiles.tokenizer(write("model.onnx"))).isEmpty();
  }

  @Test
  void theModelsOwnTokenizerGoesFirst() throws Exception {
    Path model = write("a.onnx");
    Path general = write("tokenizer.json");
    assertThat(TokenizerFiles.tokenizer(model)).contains(general);

    Path own = write("a-tokenizer.json");
    assertThat(TokenizerFiles.tokenizer(model)).contains(own);
    assertThat(TokenizerFiles.tokenizer(folder)).contains(general);
  }

  @Test
  void ofSeveralThatBelongToOtherModelsNoneIsTaken() throws Exception {
    Path first = write("a-tokenizer.json");
    assertThat(TokenizerFiles.tokenizer(folder)).contains(first);

    write("b-tokenizer.json");
    assertThat(TokenizerFiles.tokenizer(folder)).isEmpty();
  }

  @Test
  void aFolderNamedOnnxHasItOneLevelUp() throws Exception {
    Path up = write("tokenizer.json");

    assertThat(TokenizerFiles.tokenizer(Files.createDirectory(folder.resolve("onnx"))))
        .contains(up);
    assertThat(TokenizerFiles.tokenizer(Files.createDirectory(folder.resolve("other")))).isEmpty();
  }

  private Path write(String name) throws Exception {
    return Files.writeString(folder.resolve(name), "");
  }
}
