package io.demitasse.media.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Vocabulary;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Renumbering;
import io.demitasse.media.SmallTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers that are written again for some of their tokens. */
final class TokenizerVocabularyTest {
  /** Byte pairs that make "lower" of "low" and "er", and "newer" of "new" and "er". */
  private static final String BYTE_PAIRS =
      """
      {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
       "added_tokens": [{"id": 18, "content": "<end>", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true}],
       "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
       "model": {"type": "BPE", "dropout": null, "unk_token": null, "fuse_unk": false,
         "vocab": {"l": 0, "o": 1, "w": 2, "e": 3, "r": 4, "n": 5, "s": 6, "t": 7, "lo": 8,
           "low": 9, "er": 10, "lower": 11, "ne": 12, "new": 13, "newer": 14, "es": 15,
           "est": 16, "lowest": 17},
         "merges": ["e r", "e s", "l o", "lo w", "n e", "ne w", "es t", "low er", "low est",
           "new er"]}}
      """;

  @TempDir private Path folder;

  private static long[] ids(Path file, String text) {
    try (TextTokenizer tokenizer = TextTokenizer.open(file, TextLimits.USUAL)) {
      return tokenizer.encode(text).inputIds().toLongs();
    }
  }

  private static BitSet set(long... ids) {
    BitSet set = new BitSet();
    Arrays.stream(ids).forEach(id -> set.set((int) id));
    return set;
  }

  /** What a smaller tokenizer makes of a text, by the ids of before. */
  private static long[] smaller(Path file, Map<Path, byte[]> files, BitSet kept, String text) {
    long[] before = kept.stream().asLongStream().toArray();
    try (TextTokenizer tokenizer = TextTokenizer.open(file, TextLimits.USUAL);
        TextTokenizer small =
            tokenizer.renumbered(new Renumbering("new ids", 400, before, files))) {
      assertThat(small).isNotSameAs(tokenizer);
      return small.encode(text).inputIds().toLongs();
    }
  }

  private Path bytePairs() throws IOException {
    return Files.writeString(folder.resolve("tokenizer.json"), BYTE_PAIRS);
  }

  @Test
  void textsOfKeptWordsAreEncodedAsBefore() {
    Path file = SmallTokenizer.in(folder);
    String text = "the small cat sleeping on a red chair";
    Vocabulary vocabulary = TokenizerVocabulary.of(file);

    BitSet kept = vocabulary.closed(set(ids(file, text)));
    Map<Path, byte[]> files = vocabulary.only(kept);

    assertThat(kept.cardinality()).isLessThan(120);
    assertThat(smaller(file, files, kept, text)).isEqualTo(ids(file, text));
  }

  @Test
  void otherWordsAreDividedIntoCharactersAndNoneIsUnknown() {
    Path file = SmallTokenizer.in(folder);
    Vocabulary vocabulary = TokenizerVocabulary.of(file);

    BitSet kept = vocabulary.closed(set(ids(file, "the cat")));
    long[] dog = smaller(file, vocabulary.only(kept), kept, "the dog");

    assertThat(ids(file, "the dog")).hasSize(4);
    assertThat(dog).hasSize(6).doesNotContain(vocabulary.unknown());
  }

  @Test
  void newIdsAreInTheOrderOfTheOldOnesWithoutGaps() throws IOException {
    Path file = SmallTokenizer.in(folder);
    Vocabulary vocabulary = TokenizerVocabulary.of(file);
    BitSet kept = vocabulary.closed(set(ids(file, "the cat")));
    Path small = folder.resolve("small.json");

    Files.write(small, vocabulary.only(kept).get(file));

    Vocabulary again = TokenizerVocabulary.of(small);
    assertThat(again.size()).isEqualTo(kept.cardinality());
    long[] anew = ids(small, "the cat");
    long[] before = kept.stream().asLongStream().toArray();
    assertThat(Arrays.stream(anew).map(id -> before[(int) id]).toArray())
        .isEqualTo(ids(file, "the cat"));
    assertThat(anew).contains(2, 3);
  }

  @Test
  void bytePairsKeepWhatKeptTokensAreMergedFrom() throws IOException {
    Path file = bytePairs();
    Vocabulary vocabulary = TokenizerVocabulary.of(file);
    assertThat(ids(file, "lower")).containsExactly(11);

    BitSet kept = vocabulary.closed(set(11));
    Map<Path, byte[]> files = vocabulary.only(kept);

    assertThat(kept).isEqualTo(set(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18));
    assertThat(smaller(file, files, kept, "lower low")).isEqualTo(ids(file, "lower low"));
    assertThat(smaller(file, files, kept, "newer")).containsExactly(5, 3, 2, 10);
    assertThat(new String(files.get(file), StandardCharsets.UTF_8))
        .contains("\"merges\":[\"e r\",\"l o\",\"lo w\",\"low er\"]")
        .contains("\"id\":12");
  }

  @Test
  void whatLiesBesideItIsWrittenAgainToo() throws IOException {
    Path file = bytePairs();
    Path text = folder.resolve("vocab.txt");
    Files.write(
        text,
        List.of("l o w e r n s t lo low er lower ne new newer es est lowest <end>".split(" ")));
    Path merges = folder.resolve("merges.txt");
    Files.write(merges, List.of("#version: 0.2", "e r", "n e", "ne w"));
    Path configuration = folder.resolve("config.json");
    Files.writeString(configuration, "{\"vocab_size\": 19, \"eos_token_id\": 18}");
    Vocabulary vocabulary = TokenizerVocabulary.of(file);

    Map<Path, byte[]> files = vocabulary.only(vocabulary.closed(set(10)));

    assertThat(new String(files.get(text), StandardCharsets.UTF_8))
        .isEqualTo("l\no\nw\ne\nr\nn\ns\nt\ner\n<end>\n");
    assertThat(new String(files.get(merges), StandardCharsets.UTF_8))
        .isEqualTo("#version: 0.2\ne r\n");
    assertThat(new String(files.get(configuration), StandardCharsets.UTF_8))
        .contains("\"vocab_size\" : 10", "\"eos_token_id\" : 9");
  }

  @Test
  void aListOfOtherTokensIsRefused() throws IOException {
    Path file = bytePairs();
    Files.writeString(folder.resolve("vocab.txt"), "l\nw\n");
    Vocabulary vocabulary = TokenizerVocabulary.of(file);

    assertThatThrownBy(() -> vocabulary.only(vocabulary.closed(set(0))))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("vocab.txt cannot be written again as tokenizer.json is")
        .hasMessageContaining("line 2 is 'w', which the tokenizer knows by the id 2");
  }

  @Test
  void otherKindsSayThatTheyAre() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(
        file, "{\"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"a\", -1.5]]}}");

    assertThat(TokenizerVocabulary.of(file).problem()).get().asString().contains("kind Unigram");
  }

  @Test
  void severalTokensOfOneIdAreRefused() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(
        file, "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": 0, \"b\": 0}}}");

    assertThat(TokenizerVocabulary.of(file).problem()).get().asString().contains("of the id 0");
  }

  @Test
  void whatIsNoTokenizerIsABadRequest() throws IOException {
    for (String text :
        Stream.of("", "[]", "{\"model\": {\"vocab\": {\"a\": -1}}}", "{\"model\"").toList()) {
      Path file = Files.writeString(folder.resolve("bad.json"), text);

      assertThatThrownBy(() -> TokenizerVocabulary.of(file))
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("cannot be made smaller");
    }
  }
}
