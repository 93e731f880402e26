package io.demitasse.media.wired;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of inputs and of the outputs that belong to them, such as {@code past_key_values.*} and
 * {@code present.*}: what a star stands for in the one it stands for in the other.
 */
record NamePattern(String input, String output) {
  private static final String STAR = "*";

  /** Of all names those that the pattern is about, with their outputs. */
  Map<String, String> pairs(List<String> names) {
    Pattern pattern =
        Pattern.compile(
            Arrays.stream(input.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining("(.+)")),
            Pattern.DOTALL);
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String name : names) {
      Matcher matcher = pattern.matcher(name);
      if (matcher.matches()) {
        pairs.put(name, filled(matcher));
      }
    }
    return pairs;
  }

  private String filled(Matcher matcher) {
    StringBuilder filled = new StringBuilder();
    int group = 0;
    int from = 0;
    int star = output.indexOf(STAR);
    while (star >= 0 && group < matcher.groupCount()) {
      filled.append(output, from, star).append(matcher.group(++group));
      from = star + 1;
      star = output.indexOf(STAR, from);
    }
    return filled.append(output.substring(from)).toString();
  }
}
