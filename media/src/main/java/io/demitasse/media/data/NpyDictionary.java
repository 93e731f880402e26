package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Parses the Python dictionary in the header of a NumPy array, and nothing else of Python. */
final class NpyDictionary {
  private static final int MOST_DIMENSIONS = 64;
  private static final int MOST_DIGITS = 18;

  private final String text;
  private final Set<String> seen = new HashSet<>();
  private int at;
  private String description = "";
  private boolean fortranOrder;
  private long[] shape = {};

  private NpyDictionary(String text) {
    this.text = text;
  }

  /**
   * Parses a header.
   *
   * @throws DemitasseException (bad request) when it holds anything but the three entries, or less
   */
  static NpyDictionary parse(String text) {
    NpyDictionary dictionary = new NpyDictionary(text);
    dictionary.parse();
    return dictionary;
  }

  String description() {
    return description;
  }

  boolean fortranOrder() {
    return fortranOrder;
  }

  long[] shape() {
    return shape.clone();
  }

  private void parse() {
    require("{");
    while (!take("}")) {
      entry();
      if (!take(",")) {
        require("}");
        break;
      }
    }
    skipSpace();
    if (at != text.length() || seen.size() != 3) {
      throw malformed();
    }
  }

  private void entry() {
    String key = quoted();
    require(":");
    if (!seen.add(key)) {
      throw malformed();
    }
    switch (key) {
      case "descr" -> description = quoted();
      case "fortran_order" -> fortranOrder = truth();
      case "shape" -> shape = tuple();
      default -> throw malformed();
    }
  }

  private boolean truth() {
    boolean yes = take("True");
    if (!yes) {
      require("False");
    }
    return yes;
  }

  private String quoted() {
    require("'");
    int end = text.indexOf('\'', at);
    if (end < 0) {
      throw malformed();
    }
    String content = text.substring(at, end);
    at = end + 1;
    return content;
  }

  /** A tuple of sizes; one of a single size ends in a comma. */
  private long[] tuple() {
    List<Long> sizes = new ArrayList<>();
    require("(");
    boolean comma = true;
    while (!take(")")) {
      if (!comma || sizes.size() == MOST_DIMENSIONS) {
        throw malformed();
      }
      sizes.add(number());
      comma = take(",");
    }
    if (sizes.size() == 1 && !comma) {
      throw malformed();
    }
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private long number() {
    skipSpace();
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start || at - start > MOST_DIGITS) {
      throw malformed();
    }
    return Long.parseLong(text.substring(start, at));
  }

  private void require(String token) {
    if (!take(token)) {
      throw malformed();
    }
  }

  private boolean take(String token) {
    skipSpace();
    boolean here = text.startsWith(token, at);
    at += here ? token.length() : 0;
    return here;
  }

  private void skipSpace() {
    while (at < text.length() && " \n\t\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private DemitasseException malformed() {
    String content = text.strip();
    String shown = content.length() > 120 ? content.substring(0, 120) + "..." : content;
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "has a malformed .npy header at character %d, expected 'descr', 'fortran_order'"
                + " and 'shape': %s",
            at,
            shown));
  }
}
