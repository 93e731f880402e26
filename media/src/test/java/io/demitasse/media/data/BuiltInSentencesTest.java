package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.media.MiniLm;
import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BuiltInSentencesTest {
  private final List<String> sentences =
      IntStream.range(0, new BuiltInSentences().size())
          .mapToObj(i -> ((Sample.Text) new BuiltInSentences().get(i)).text())
          .toList();

  @Test
  void thereAreAHundredDifferentOnes() {
    assertThat(sentences).hasSizeGreaterThanOrEqualTo(100).doesNotHaveDuplicates();
    assertThat(sentences).noneMatch(String::isBlank);
  }

  @Test
  void theyAreOfManyLengthsAndOfSeveralScripts() {
    assertThat(sentences)
        .anyMatch(text -> text.length() < 10)
        .anyMatch(text -> text.length() > 300);
    for (Character.UnicodeScript script :
        List.of(
            Character.UnicodeScript.CYRILLIC,
            Character.UnicodeScript.GREEK,
            Character.UnicodeScript.HAN,
            Character.UnicodeScript.HANGUL,
            Character.UnicodeScript.HIRAGANA)) {
      assertThat(sentences)
          .as(script.toString())
          .anyMatch(
              text -> text.codePoints().anyMatch(c -> Character.UnicodeScript.of(c) == script));
    }
  }

  @Test
  void aTokenizerMakesTokensOfEach() {
    try (TextTokenizer tokenizer = MiniLm.tokenizer(TextLimits.USUAL)) {
      assertThat(sentences)
          .allSatisfy(
              text ->
                  assertThat(tokenizer.encode(text).asInputs().get("input_ids").elementCount())
                      .isGreaterThan(2));
    }
  }
}
