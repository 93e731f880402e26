package io.demitasse.media.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.demitasse.data.SpecialTokens;
import io.demitasse.data.Vocabulary;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.error.RegularFile;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer as a {@code tokenizer.json} describes it, cut to the limits of one model. Safe for
 * use from several threads until it is closed.
 *
 * <p>Truncation and padding that the file asks for are replaced: a text is cut to what the model
 * takes, and padded only to the other texts of its batch or to a length the model fixes.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final long LARGEST_FILE = 256L << 20;

  private final String source;
  private final TextLimits limits;
  private final SpecialTokens specialTokens;
  private final HuggingFaceTokenizer tokenizer;
  private final @Nullable Path file;
  private final @Nullable Renumbering renumbering;

  private TextTokenizer(
      String source,
      TextLimits limits,
      SpecialTokens specialTokens,
      HuggingFaceTokenizer tokenizer,
      @Nullable Path file,
      @Nullable Renumbering renumbering) {
    this.source = source;
    this.limits = limits;
    this.specialTokens = specialTokens;
    this.tokenizer = tokenizer;
    this.file = file;
    this.renumbering = renumbering;
  }

  /**
   * Reads a tokenizer.
   *
   * @throws DemitasseException (bad request) when the file cannot be read or is no tokenizer
   */
  public static TextTokenizer open(Path file, TextLimits limits) {
    try {
      if (RegularFile.isAt(file) && Files.size(file) > LARGEST_FILE) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "Tokenizer %s has %d bytes, at most %d are read: it is not a tokenizer.json.",
                file,
                Files.size(file),
                LARGEST_FILE));
      }
      byte[] json = Files.readAllBytes(file);
      SpecialTokens special = AddedTokens.special(json);
      HuggingFaceTokenizer opened = opened(json, file.toString(), limits);
      return new TextTokenizer(file.toString(), limits, special, opened, file, null);
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "Cannot read tokenizer " + file + ": " + Reason.of(e),
          e);
    }
  }

  /**
   * Makes a tokenizer from the bytes of a {@code tokenizer.json}.
   *
   * @param source what the bytes are called in messages
   * @throws DemitasseException (bad request) when they are no tokenizer; (backend failed) when the
   *     native library cannot be loaded
   */
  public static TextTokenizer of(byte[] json, String source, TextLimits limits) {
    HuggingFaceTokenizer opened = opened(json, source, limits);
    return new TextTokenizer(source, limits, AddedTokens.special(json), opened, null, null);
  }

  private static HuggingFaceTokenizer opened(byte[] json, String source, TextLimits limits) {
    Map<String, String> options =
        Map.of(
            "addSpecialTokens", "true",
            "truncation", "true",
            "padding", limits.fixedLength() ? "max_length" : "true",
            "stride", "0",
            "padToMultipleOf", "0",
            "modelMaxLength", Integer.toString(limits.maxTokens()),
            "maxLength", Integer.toString(limits.maxTokens()));
    return NativeTokenizers.open(json, source, options);
  }

  /**
   * The tokenizer that is published with a part of fewer tokens, which gives the ids that they had
   * before; this where it is not among the files that were written again.
   */
  public TextTokenizer renumbered(Renumbering ids) {
    if (file == null || !ids.files().contains(file)) {
      return this;
    }
    String name = source + " of fewer tokens";
    HuggingFaceTokenizer opened = opened(ids.content(file), name, limits);
    return new TextTokenizer(name, limits, specialTokens, opened, file, ids);
  }

  /** Its tokens, as far as they come from a file. */
  public Optional<Vocabulary> vocabulary() {
    return Optional.ofNullable(file).map(TokenizerVocabulary::of);
  }

  /** The limits texts are cut to. */
  public TextLimits limits() {
    return limits;
  }

  /** Tokens that stand for no part of a text. */
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  /**
   * Tokenizes one text.
   *
   * @return tensors {@code [1,S]}
   * @throws DemitasseException (bad request) when a token id lies beyond the model's embedding
   *     table
   */
  public Tokens encode(String text) {
    return encode(List.of(text));
  }

  /**
   * Tokenizes several texts, padded to the longest.
   *
   * @return tensors {@code [B,S]}
   * @throws DemitasseException (bad request) when a token id lies beyond the model's embedding
   *     table
   */
  public Tokens encode(List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one text");
    }
    return tokens(tokenizer.batchEncode(texts.toArray(String[]::new)));
  }

  /**
   * Tokenizes two texts as one, as models read them that compare texts.
   *
   * @return tensors {@code [1,S]}; token types tell the texts apart
   * @throws DemitasseException (bad request) when a token id lies beyond the model's embedding
   *     table
   */
  public Tokens encodePair(String text, String second) {
    return tokens(new Encoding[] {tokenizer.encode(text, second)});
  }

  /** Ids of the tokens of a text alone, without those that stand for no part of it. */
  public long[] words(String text) {
    return before(tokenizer.encode(text, false, false).getIds());
  }

  /**
   * The text that tokens stand for, without those that stand for no part of a text.
   *
   * @param ids of tokens that the tokenizer has; others are left out
   */
  public String decode(long[] ids) {
    return tokenizer.decode(ids, true);
  }

  /**
   * Where the words of a text begin among its tokens.
   *
   * @param words that stand in the text in this order, a space between them
   * @return for each word the place of its first token; -1 for what was cut off, or has no token
   */
  public int[] firstTokens(List<String> words) {
    CharSpan[] spans = tokenizer.encode(String.join(" ", words)).getCharTokenSpans();
    int[] first = new int[words.size()];
    Arrays.fill(first, -1);
    int word = 0;
    int end = length(words, 0);
    for (int token = 0; token < spans.length; token++) {
      CharSpan span = spans[token];
      if (span == null || span.getEnd() <= span.getStart()) {
        continue;
      }
      // A token may begin with the space before its word.
      while (word < first.length && span.getEnd() > end) {
        word++;
        end += 1 + length(words, word);
      }
      if (word < first.length && first[word] < 0) {
        first[word] = token;
      }
    }
    return first;
  }

  /** Code points of a word; 0 behind the last. */
  private static int length(List<String> words, int word) {
    return word < words.size() ? words.get(word).codePointCount(0, words.get(word).length()) : 0;
  }

  private Tokens tokens(Encoding[] rows) {
    Tensor ids = stack(rows, row -> before(row.getIds()));
    requireKnown(ids);
    return new Tokens(
        ids, stack(rows, Encoding::getAttentionMask), stack(rows, Encoding::getTypeIds));
  }

  private long[] before(long[] ids) {
    Renumbering known = renumbering;
    return known == null ? ids : LongStream.of(ids).map(known::before).toArray();
  }

  private static Tensor stack(Encoding[] rows, Function<Encoding, long[]> part) {
    long[] values = Arrays.stream(rows).map(part).flatMapToLong(LongStream::of).toArray();
    return Tensor.ofLongs(new long[] {rows.length, values.length / rows.length}, values);
  }

  private void requireKnown(Tensor ids) {
    long largest = LongStream.of(ids.toLongs()).max().orElse(0);
    if (largest >= limits.vocabulary()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Tokenizer %s does not belong to this model: it gives token id %d, but the"
                  + " model's embedding table has %d rows. Put the model's own tokenizer.json"
                  + " beside it.",
              source,
              largest,
              limits.vocabulary()));
    }
  }

  /** Frees the native tokenizer; it cannot be used afterwards. */
  @Override
  public void close() {
    tokenizer.close();
  }

  @Override
  public String toString() {
    return "tokenizer " + source;
  }
}
