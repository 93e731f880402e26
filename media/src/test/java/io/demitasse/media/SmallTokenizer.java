package io.demitasse.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A tokenizer of 301 words and pieces of words, made for these tests. */
public final class SmallTokenizer {
  /** Token ids are below this. */
  public static final int IDS = 301;

  private SmallTokenizer() {}

  /** Writes its {@code tokenizer.json} into a folder. */
  public static Path in(Path folder) {
    try (InputStream in = SmallTokenizer.class.getResourceAsStream("text/small-tokenizer.json")) {
      Path file = folder.resolve("tokenizer.json");
      Files.write(file, in.readAllBytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
