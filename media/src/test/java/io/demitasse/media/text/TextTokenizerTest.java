package io.demitasse.media.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.media.MiniLm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  @Test
  void givesTheIdsOfBertsVocabularyWithoutPadding() {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(TextLimits.USUAL)) {
      Tokens tokens = tokenizer.encode("Hello, world!");

      assertThat(tokens.inputIds().sizes()).containsExactly(1, 6);
      assertThat(tokens.inputIds().toLongs()).containsExactly(101, 7592, 1010, 2088, 999, 102);
      assertThat(tokens.attentionMask().toLongs()).containsOnly(1).hasSize(6);
      assertThat(tokens.tokenTypeIds().toLongs()).containsOnly(0).hasSize(6);
    }
  }

  @Test
  void padsABatchToItsLongestText() {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(TextLimits.USUAL)) {
      Tokens tokens = tokenizer.encode(List.of("a cat", "cat"));

      assertThat(tokens.inputIds().sizes()).containsExactly(2, 4);
      assertThat(tokens.inputIds().toLongs())
          .containsExactly(101, 1037, 4937, 102, 101, 4937, 102, 0);
      assertThat(tokens.attentionMask().toLongs()).containsExactly(1, 1, 1, 1, 1, 1, 1, 0);
      assertThat(tokens.asInputs().get("position_ids").toLongs())
          .containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
    }
  }

  @Test
  void cutsATextToTheModelsLimitAndKeepsTheLastSpecialToken() {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(new TextLimits(5, false, 30522))) {
      assertThat(tokenizer.encode("a cat ".repeat(100)).inputIds().toLongs())
          .containsExactly(101, 1037, 4937, 1037, 102);
    }
  }

  @Test
  void takesMoreTokensThanTheFileSaysWhereTheModelDoes() {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(new TextLimits(512, false, 30522))) {
      assertThat(tokenizer.encode("cat ".repeat(1000)).length()).isEqualTo(512);
    }
  }

  @Test
  void padsToALengthThatTheModelFixes() {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(new TextLimits(6, true, 30522))) {
      Tokens tokens = tokenizer.encode("cat");

      assertThat(tokens.inputIds().toLongs()).containsExactly(101, 4937, 102, 0, 0, 0);
      assertThat(tokens.attentionMask().toLongs()).containsExactly(1, 1, 1, 0, 0, 0);
    }
  }

  @Test
  void saysThatATokenizerDoesNotBelongToTheModel() {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(new TextLimits(512, false, 4000))) {
      assertThatThrownBy(() -> tokenizer.encode("a cat"))
          .isInstanceOf(DemitasseException.class)
          .hasMessage(
              "Tokenizer all-minilm-l6-v2-tokenizer.json does not belong to this model: it gives"
                  + " token id 4937, but the model's embedding table has 4000 rows. Put the model's"
                  + " own tokenizer.json beside it.");
    }
  }

  @Test
  void aFileThatIsNoTokenizerIsABadRequest(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": 1}");

    assertThatThrownBy(() -> TextTokenizer.open(file, TextLimits.USUAL))
        .hasMessageStartingWith(
            "Tokenizer " + file + " is not a tokenizer.json in the Hugging Face format: ")
        .extracting(e -> ((DemitasseException) e).kind())
        .isEqualTo(DemitasseException.Kind.BAD_REQUEST);
  }

  @Test
  void leavesNoSystemPropertyBehind() {
    byte[] json = "[]".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> TextTokenizer.of(json, "list", TextLimits.USUAL))
        .isInstanceOf(DemitasseException.class);
    assertThat(System.getProperty("ai.djl.offline")).isNull();
  }
}
