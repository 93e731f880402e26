package io.demitasse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.text.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordTokenizerTest {
  @TempDir Path folder;

  private TextTokenizer opened(WordTokenizer words) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    words.write(file);
    return TextTokenizer.open(file, TextLimits.USUAL);
  }

  @Test
  void aWordAndAMarkHaveANumberEach() throws IOException {
    WordTokenizer words = WordTokenizer.of(Stream.of("what color?", "a Red color"), false);
    assertThat(words.words())
        .containsExactly("[PAD]", "[UNK]", "[CLS]", "[SEP]", "?", "a", "color", "red", "what");
    try (TextTokenizer tokenizer = opened(words)) {
      assertThat(tokenizer.encode("What color?").inputIds().toLongs()).containsExactly(2, 8, 6, 4);
    }
  }

  @Test
  void shortTextsArePaddedAndOthersWordsUnknown() throws IOException {
    try (TextTokenizer tokenizer = opened(WordTokenizer.of(Stream.of("what color is it"), false))) {
      Tokens tokens = tokenizer.encode(List.of("what shape", "what color is it"));
      assertThat(tokens.inputIds().toLongs()).containsExactly(2, 7, 1, 0, 0, 2, 7, 4, 5, 6);
      assertThat(tokens.attentionMask().toLongs()).containsExactly(1, 1, 1, 0, 0, 1, 1, 1, 1, 1);
    }
  }

  @Test
  void whatIsWrittenWordByWordHasAnEnd() throws IOException {
    try (TextTokenizer tokenizer = opened(WordTokenizer.of(Stream.of("a circle"), true))) {
      assertThat(tokenizer.encode("a circle").inputIds().toLongs()).containsExactly(2, 4, 5, 3);
    }
  }
}
