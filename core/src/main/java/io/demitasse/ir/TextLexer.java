package io.demitasse.ir;

import io.demitasse.error.DemitasseException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a text graph into tokens, looking up to two ahead. */
final class TextLexer {
  private static final String WORD = "[A-Za-z_/][A-Za-z0-9_/.$]*(?:::[A-Za-z0-9_/.$]+)*";
  private static final Set<String> RESERVED = Set.of("_", "inf");
  private static final Pattern WORDS = Pattern.compile(WORD);
  private static final Pattern NUMBERS =
      Pattern.compile(
          "[+-]?(?:(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?|inf(?![A-Za-z0-9_/.$]))");
  private static final Pattern SYMBOLS = Pattern.compile("->|\\.\\.\\.|[()\\[\\]{}<>=,:#~?@]");
  private static final Pattern BLANKS = Pattern.compile("(?:\\s+|//[^\\n]*)+");
  private static final Pattern HEX = Pattern.compile("x\"([0-9a-fA-F\\s]*)\"");

  private final String text;
  private int position;
  private int line = 1;
  private int lineStart;
  private TextToken current;
  private TextToken following;

  TextLexer(String text) {
    this.text = text;
    current = scan();
    following = scan();
  }

  /** Whether a name can stand without quotes. */
  static boolean isBare(String name) {
    return WORDS.matcher(name).matches() && !RESERVED.contains(name) && !name.startsWith("//");
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  TextToken peek() {
    return current;
  }

  TextToken peekSecond() {
    return following;
  }

  TextToken next() {
    TextToken token = current;
    current = following;
    following = scan();
    return token;
  }

  /** The error that something else was expected in place of a token. */
  static DemitasseException expected(String what, TextToken got) {
    return problem("expected " + what + ", got " + got.shown(), got);
  }

  static DemitasseException problem(String what, TextToken at) {
    return problem(what, at.line(), at.column());
  }

  private static DemitasseException problem(String what, int line, int column) {
    return DemitasseException.badModel(
        "Text graph, line " + line + ", column " + column + ": " + what + ".");
  }

  private TextToken scan() {
    skipBlanks();
    if (position == text.length()) {
      return token(TextToken.Kind.END, "", position);
    }
    if (text.charAt(position) == '"') {
      return quoted();
    }
    Matcher hex = at(HEX);
    if (hex.lookingAt()) {
      return token(TextToken.Kind.HEX, hex.group(1).replaceAll("\\s", ""), hex.end());
    }
    Matcher number = at(NUMBERS);
    if (number.lookingAt()) {
      return token(TextToken.Kind.NUMBER, number.group(), number.end());
    }
    Matcher word = at(WORDS);
    if (word.lookingAt()) {
      return token(TextToken.Kind.WORD, word.group(), word.end());
    }
    Matcher symbol = at(SYMBOLS);
    if (symbol.lookingAt()) {
      return token(TextToken.Kind.SYMBOL, symbol.group(), symbol.end());
    }
    throw problem("unexpected character '" + text.charAt(position) + "'", line, column());
  }

  private Matcher at(Pattern pattern) {
    return pattern.matcher(text).region(position, text.length());
  }

  private TextToken token(TextToken.Kind kind, String content, int end) {
    TextToken token = new TextToken(kind, content, line, column());
    advance(end);
    return token;
  }

  private int column() {
    return position - lineStart + 1;
  }

  private void skipBlanks() {
    Matcher blanks = at(BLANKS);
    if (blanks.lookingAt()) {
      advance(blanks.end());
    }
  }

  private void advance(int end) {
    for (; position < end; position++) {
      if (text.charAt(position) == '\n') {
        line++;
        lineStart = position + 1;
      }
    }
  }

  private TextToken quoted() {
    StringBuilder content = new StringBuilder();
    for (int i = position + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return token(TextToken.Kind.QUOTED, content.toString(), i + 1);
      }
      if (c == '\n') {
        break;
      }
      if (c == '\\' && i + 1 < text.length()) {
        i = escape(i + 1, content);
      } else {
        content.append(c);
      }
    }
    throw problem("a quoted text does not end on its line", line, column());
  }

  /** Resolves the escape whose letter is at an index; gives the index of its last character. */
  private int escape(int index, StringBuilder content) {
    char letter = text.charAt(index);
    switch (letter) {
      case 'n' -> content.append('\n');
      case 't' -> content.append('\t');
      case '"', '\\' -> content.append(letter);
      case 'u' -> {
        Matcher digits =
            Pattern.compile("[0-9a-fA-F]{4}").matcher(text).region(index + 1, text.length());
        if (!digits.lookingAt()) {
          throw problem("expected four hexadecimal digits after \\u", line, column());
        }
        content.append((char) Integer.parseInt(digits.group(), 16));
        return digits.end() - 1;
      }
      default -> throw problem("unknown escape \\" + letter, line, column());
    }
    return index;
  }
}
