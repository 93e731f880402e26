package io.demitasse.media.task;

import java.text.Normalizer;

/** Texts as they are compared with what stands on a page. */
final class ComparedText {
  private ComparedText() {}

  /** A text in Unicode's form NFKC, without space at its ends, each space inside one character. */
  static String normalized(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).strip().replaceAll("\\s+", " ");
  }

  /** Characters of a text, counted as Unicode code points. */
  static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
