package io.demitasse.passes.tokens;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blocks by number, from 1, such as {@code 4} or {@code 2-10}; all where none is named. */
record BlockNumbers(List<String> texts) {
  private static final Pattern RANGE = Pattern.compile("([1-9]\\d{0,3})(?:-([1-9]\\d{0,3}))?");

  /**
   * @throws IllegalArgumentException where a text is neither a number nor a range of numbers
   */
  BlockNumbers {
    texts = List.copyOf(texts);
    for (String text : texts) {
      if (!RANGE.matcher(text).matches()) {
        throw new IllegalArgumentException(
            "blocks must be numbers from 1 such as 4, or ranges such as 2-10, got " + text);
      }
    }
  }

  boolean contains(int block) {
    return texts.isEmpty() || texts.stream().anyMatch(text -> contains(text, block));
  }

  private static boolean contains(String text, int block) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    return first <= block && block <= last;
  }
}
