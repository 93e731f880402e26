package io.demitasse.media.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.SpecialTokens;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.MiniLm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void specialTokensAreToldByHowTheyAreWritten() {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(TextLimits.USUAL)) {
      assertThat(tokenizer.specialTokens())
          .isEqualTo(
              new SpecialTokens(
                  OptionalLong.of(103), OptionalLong.of(100), Set.of(0L, 100L, 101L, 102L, 103L)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'added_tokens':[{'id':4,'content':'<mask>','special':true},"
            + "{'id':5,'content':'word'},{'id':-1,'content':'[UNK]','special':true}]} | 4 | [4]",
        "{'model':{'added_tokens':[{'id':4,'content':'<mask>','special':true}]}} | -1 | []",
        "{'added_tokens':null} | -1 | []",
        "{'added_tokens':[7,'x',{'id':'[MASK]','special':true}]} | -1 | []",
        "{'added_tokens':[{'id':4 | -1 | []",
        "[] | -1 | []",
      })
  void whatIsNoSpecialTokenIsNone(String json, long mask, String all) {
    SpecialTokens special =
        AddedTokens.special(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));

    assertThat(special.mask().orElse(-1)).isEqualTo(mask);
    assertThat(special.unknown()).isEmpty();
    assertThat(special.all()).hasToString(all);
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

  /** Each of these ended the whole process, in native code. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type":"WordLevel","vocab":{},"unk_token":"[UNK]"} | | | its vocabulary is empty
          {"type":"WordLevel","vocab":{"a":0},"unk_token":"[UNK]"} | | | its unknown token '[UNK]' is not in its vocabulary
          {"type":"Unigram","vocab":[["a",0.0]],"unk_id":7} | | | the id of its unknown token is 7
          {"type":"WordLevel","vocab":{"a":0},"unk_token":"a"} | {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{}} | | its template names the token '[CLS]'
          """)
  void whatNativeCodeCannotTakeIsABadRequest(
      String model, @Nullable String processor, @Nullable String normalizer, String why) {
    assertThatThrownBy(() -> open(model, processor, normalizer, null))
        .hasMessageContaining("Tokenizer hostile cannot be used: " + why)
        .extracting(e -> ((DemitasseException) e).kind())
        .isEqualTo(DemitasseException.Kind.BAD_REQUEST);
  }

  @Test
  void aPatternThatNativeCodeGivesUpIsFoundInAProcessOfItsOwn() {
    String model =
        """
        {"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}
        """;
    String splitting =
        """
        {"type":"Split","pattern":{"Regex":"^(a+)+$"},"behavior":"Isolated","invert":false}
        """;
    assertThatThrownBy(() -> open(model, null, null, splitting))
        .hasMessageContaining("Tokenizer hostile cannot be used: ")
        .isInstanceOf(DemitasseException.class);
  }

  private static TextTokenizer open(
      String model,
      @Nullable String processor,
      @Nullable String normalizer,
      @Nullable String splitting) {
    String json =
        """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":%s,
         "pre_tokenizer":%s,"post_processor":%s,"decoder":null,"model":%s}
        """
            .formatted(normalizer, splitting, processor, model);
    return TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "hostile", TextLimits.USUAL);
  }

  @Test
  void leavesNoSystemPropertyBehind() {
    byte[] json = "[]".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> TextTokenizer.of(json, "list", TextLimits.USUAL))
        .isInstanceOf(DemitasseException.class);
    assertThat(System.getProperty("ai.djl.offline")).isNull();
  }
}
