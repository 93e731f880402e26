package io.demitasse.ir;

/**
 * A piece of a text graph.
 *
 * @param text the content, without quotes and with escapes resolved
 * @param line counted from 1
 * @param column counted from 1
 */
record TextToken(Kind kind, String text, int line, int column) {
  enum Kind {
    WORD,
    QUOTED,
    HEX,
    NUMBER,
    SYMBOL,
    END
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  /** Whether this can be a name. */
  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  /** How an error message quotes it. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the text";
      case QUOTED -> TextLexer.quote(text);
      case HEX -> "x\"" + text + "\"";
      default -> "'" + text + "'";
    };
  }
}
