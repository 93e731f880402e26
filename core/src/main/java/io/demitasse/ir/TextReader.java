package io.demitasse.ir;

import java.math.BigInteger;

/** The steps that all parts of the text graph parser take through the tokens. */
final class TextReader {
  private final TextLexer lexer;

  TextReader(String text) {
    lexer = new TextLexer(text);
  }

  TextToken peek() {
    return lexer.peek();
  }

  TextToken peekSecond() {
    return lexer.peekSecond();
  }

  TextToken next() {
    return lexer.next();
  }

  /** Takes a symbol that must come. */
  void symbol(String symbol) {
    TextToken token = next();
    if (!token.isSymbol(symbol)) {
      throw TextLexer.expected("'" + symbol + "'", token);
    }
  }

  /** Takes a symbol if it comes. */
  boolean accept(String symbol) {
    boolean there = peek().isSymbol(symbol);
    if (there) {
      next();
    }
    return there;
  }

  /** Takes a word if it comes. */
  boolean acceptWord(String word) {
    boolean there = peek().isWord(word);
    if (there) {
      next();
    }
    return there;
  }

  String name(String what) {
    TextToken token = next();
    if (!token.isName()) {
      throw TextLexer.expected(what, token);
    }
    return token.text();
  }

  long integer(String what) {
    TextToken token = next();
    if (token.kind() != TextToken.Kind.NUMBER || !token.text().matches("[+-]?\\d+")) {
      throw TextLexer.expected(what, token);
    }
    return integer(token);
  }

  static long integer(TextToken number) {
    BigInteger value = integral(number);
    if (value.bitLength() > 63) {
      throw TextLexer.expected("an integer of 64 bits", number);
    }
    return value.longValue();
  }

  static BigInteger integral(TextToken number) {
    if (number.kind() != TextToken.Kind.NUMBER || !number.text().matches("[+-]?\\d+")) {
      throw TextLexer.expected("an integer", number);
    }
    return new BigInteger(number.text());
  }

  /** Elements with commas in between, up to and with the closing symbol. */
  void list(String close, Runnable element) {
    if (accept(close)) {
      return;
    }
    do {
      element.run();
    } while (accept(","));
    TextToken end = next();
    if (!end.isSymbol(close)) {
      throw TextLexer.expected("',' or '" + close + "'", end);
    }
  }
}
