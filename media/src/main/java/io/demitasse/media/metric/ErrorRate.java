package io.demitasse.media.metric;

import java.util.List;

/**
 * What is wrong in a text and how long the right one is: the word error rate where words are
 * counted, else the character error rate. That of a set is all changes over all that is right, so
 * that long texts count more.
 *
 * @param edits what has to be changed
 * @param length words or characters of the right text
 */
public record ErrorRate(Edits edits, int length) {

  /** Words of a text as they are compared. */
  public static ErrorRate ofWords(String truth, String said, TextNormalization normalization) {
    List<String> words = normalization.words(truth);
    return new ErrorRate(Edits.of(words, normalization.words(said)), words.size());
  }

  /** Characters of a text as they are compared, space between words among them. */
  public static ErrorRate ofCharacters(String truth, String said, TextNormalization normalization) {
    String right = normalization.of(truth);
    return new ErrorRate(
        Edits.ofCharacters(right, normalization.of(said)), right.codePointCount(0, right.length()));
  }

  /** The rate of one text, 0 or more: above 1 where more is wrong than there is. */
  public double value() {
    return of(List.of(this));
  }

  /** The rate of a set; not a number where nothing is right in it. */
  public static double of(List<ErrorRate> texts) {
    long wrong = 0;
    long length = 0;
    for (ErrorRate text : texts) {
      wrong += text.edits().total();
      length += text.length();
    }
    return length == 0 ? Double.NaN : (double) wrong / length;
  }
}
