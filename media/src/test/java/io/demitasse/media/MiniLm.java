package io.demitasse.media;

import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of all-minilm-l6-v2 on the class path. */
public final class MiniLm {
  public static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";
  public static final String MODEL = "all-minilm-l6-v2.onnx";

  private MiniLm() {}

  public static TextTokenizer tokenizer(TextLimits limits) {
    return TextTokenizer.of(bytes(TOKENIZER), TOKENIZER, limits);
  }

  public static byte[] bytes(String name) {
    try (InputStream in = MiniLm.class.getResourceAsStream("/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies both files to a folder and returns the model's. */
  public static Path copyTo(Path folder) {
    try {
      Files.write(folder.resolve(TOKENIZER), bytes(TOKENIZER));
      return Files.write(folder.resolve(MODEL), bytes(MODEL));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
