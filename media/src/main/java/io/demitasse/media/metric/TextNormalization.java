package io.demitasse.media.metric;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How texts are made alike before they are compared, so that only what was said counts and not how
 * it was written down.
 */
public enum TextNormalization {
  /** Unicode's form NFKC, and one space between words. */
  NONE,
  /**
   * Also lower case, and no punctuation, symbols and remarks in brackets: for any language. Marks
   * on letters stay.
   */
  BASIC,
  /**
   * For English, also without marks on letters and sounds of hesitation, and with contractions
   * spelled: "don't" is "do not". Numbers stay as they are, "1,000" being "1000", and so does
   * spelling. After the normalizer of Radford et al., "Robust Speech Recognition via Large-Scale
   * Weak Supervision", 2022, appendix C, without its numbers and its British spellings.
   */
  ENGLISH;

  private static final Pattern REMARK = Pattern.compile("<[^>]*>|\\[[^\\]]*]|\\([^)]*\\)");
  private static final Pattern HESITATION =
      Pattern.compile("(?<![\\p{L}'])(?:hmm+|mm+|mhm|uh+|um+)(?![\\p{L}'])");
  private static final Pattern APOSTROPHE = Pattern.compile("[\u2018\u2019\u02bc\uff07]");
  private static final Pattern BETWEEN_DIGITS = Pattern.compile("(?<=\\d),(?=\\d)");
  private static final Pattern POINT = Pattern.compile("\\.(?!\\d)");
  private static final Pattern UNSAID = Pattern.compile("[\\p{P}\\p{S}&&[^.%$\u00a2\u20ac\u00a3]]");
  private static final Pattern SIGN = Pattern.compile("[\\p{P}\\p{S}]");
  private static final Pattern MARK = Pattern.compile("\\p{M}");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  /** What a contraction stands for; those before decide what is left for those behind. */
  private record Contraction(Pattern shortened, String spelled) {
    static Contraction of(String form, String spelled) {
      return new Contraction(Pattern.compile(form + "(?!\\p{L})"), spelled);
    }
  }

  private static final List<Contraction> CONTRACTIONS =
      List.of(
          Contraction.of("(?<!\\p{L})won't", "will not"),
          Contraction.of("(?<!\\p{L})can't", "can not"),
          Contraction.of("(?<!\\p{L})let's", "let us"),
          Contraction.of("(?<!\\p{L})ain't", "aint"),
          Contraction.of("(?<!\\p{L})y'all", "you all"),
          Contraction.of("(?<!\\p{L})cannot", "can not"),
          Contraction.of("'d (been|gone|done)", " had $1"),
          Contraction.of("'s (been|gone|done|got)", " has $1"),
          Contraction.of("n't", " not"),
          Contraction.of("'re", " are"),
          Contraction.of("'s", " is"),
          Contraction.of("'d", " would"),
          Contraction.of("'ll", " will"),
          Contraction.of("'ve", " have"),
          Contraction.of("'m", " am"));

  /**
   * The normalization of a name.
   *
   * @throws DemitasseException (bad request) when there is none, listing the known names
   */
  public static TextNormalization named(String name) {
    List<String> names =
        Arrays.stream(values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    int place = names.indexOf(name.toLowerCase(Locale.ROOT));
    if (place < 0) {
      throw DemitasseException.badRequest(
          "There is no text normalization '"
              + name
              + "'"
              + Nearest.suggestion(name, names, ".")
              + " Known: "
              + String.join(", ", names)
              + ".");
    }
    return values()[place];
  }

  /** A text as it is compared; may be empty. */
  public String of(String text) {
    String compatible = Normalizer.normalize(text, Normalizer.Form.NFKC);
    return SPACE
        .matcher(
            switch (this) {
              case NONE -> compatible;
              case BASIC -> SIGN.matcher(without(compatible)).replaceAll(" ");
              case ENGLISH -> english(without(compatible));
            })
        .replaceAll(" ")
        .strip();
  }

  private static String without(String text) {
    return REMARK.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ");
  }

  private static String english(String text) {
    String spelled = APOSTROPHE.matcher(text).replaceAll("'");
    spelled = HESITATION.matcher(spelled).replaceAll(" ");
    for (Contraction contraction : CONTRACTIONS) {
      spelled = contraction.shortened().matcher(spelled).replaceAll(contraction.spelled());
    }
    String numbers = BETWEEN_DIGITS.matcher(spelled).replaceAll("");
    String said = POINT.matcher(UNSAID.matcher(numbers).replaceAll(" ")).replaceAll(" ");
    return MARK.matcher(Normalizer.normalize(said, Normalizer.Form.NFD)).replaceAll("");
  }

  /** The words of a text as they are compared; none where it says nothing. */
  public List<String> words(String text) {
    String compared = of(text);
    return compared.isEmpty() ? List.of() : List.of(compared.split(" "));
  }
}
