package io.demitasse.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A tokenizer of whole words as a {@code tokenizer.json}: small letters, divided at white space and
 * marks, one number for each word and each mark. A text begins with {@value #FIRST} and, where it
 * is to be written word by word, ends with {@value #LAST}.
 *
 * @param words in the order of their numbers, special ones first
 */
record WordTokenizer(List<String> words, boolean ends) {
  static final String PADDING = "[PAD]";
  static final String UNKNOWN = "[UNK]";
  static final String FIRST = "[CLS]";
  static final String LAST = "[SEP]";

  private static final List<String> SPECIAL = List.of(PADDING, UNKNOWN, FIRST, LAST);

  /** The words of all texts, sorted, so that their order does not matter. */
  static WordTokenizer of(Stream<String> texts, boolean ends) {
    TreeSet<String> found = new TreeSet<>();
    texts.distinct().forEach(text -> found.addAll(divided(text)));
    List<String> words = new ArrayList<>(SPECIAL);
    words.addAll(found);
    return new WordTokenizer(List.copyOf(words), ends);
  }

  /** A word and a mark are a piece each, as {@code Whitespace} of Hugging Face divides. */
  private static List<String> divided(String text) {
    return Pattern.compile("\\w+|[^\\w\\s]+")
        .matcher(text.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  /** Writes the file. */
  void write(Path file) throws IOException {
    Files.write(file, new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json()));
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("added_tokens", SPECIAL.stream().map(this::added).toList());
    json.put("normalizer", Map.of("type", "Lowercase"));
    json.put("pre_tokenizer", Map.of("type", "Whitespace"));
    json.put("post_processor", template());
    Map<String, Integer> numbers = new LinkedHashMap<>();
    words.forEach(word -> numbers.put(word, numbers.size()));
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "WordLevel");
    model.put("vocab", numbers);
    model.put("unk_token", UNKNOWN);
    json.put("model", model);
    return json;
  }

  private Map<String, Object> added(String token) {
    Map<String, Object> added = new LinkedHashMap<>();
    added.put("id", words.indexOf(token));
    added.put("content", token);
    List.of("single_word", "lstrip", "rstrip", "normalized").forEach(key -> added.put(key, false));
    added.put("special", true);
    return added;
  }

  private Map<String, Object> template() {
    List<Object> single = new ArrayList<>(List.of(special(FIRST), sequence("A")));
    if (ends) {
      single.add(special(LAST));
    }
    List<Object> pair = new ArrayList<>(single);
    pair.add(sequence("B"));
    Map<String, Object> template = new LinkedHashMap<>();
    template.put("type", "TemplateProcessing");
    template.put("single", single);
    template.put("pair", pair);
    Map<String, Object> tokens = new LinkedHashMap<>();
    for (String token : ends ? List.of(FIRST, LAST) : List.of(FIRST)) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("id", token);
      entry.put("ids", List.of(words.indexOf(token)));
      entry.put("tokens", List.of(token));
      tokens.put(token, entry);
    }
    template.put("special_tokens", tokens);
    return template;
  }

  private static Map<String, Object> special(String token) {
    return Map.of("SpecialToken", identified(token));
  }

  private static Map<String, Object> sequence(String name) {
    return Map.of("Sequence", identified(name));
  }

  private static Map<String, Object> identified(String name) {
    Map<String, Object> identified = new LinkedHashMap<>();
    identified.put("id", name);
    identified.put("type_id", 0);
    return identified;
  }
}
