package io.demitasse.ir;

/**
 * An operator in a text graph: {@code domain::type@overload}, of which most have the type alone.
 */
record TextOperator(String domain, String type, String overload) {

  static TextOperator parse(TextReader reader) {
    TextToken token = reader.peek();
    String qualified = reader.name("an operator or a tensor");
    int split = qualified.indexOf("::");
    String domain = split < 0 ? "" : qualified.substring(0, split);
    String type = split < 0 ? qualified : qualified.substring(split + 2);
    if (type.isEmpty() || token.isWord("_")) {
      throw TextLexer.expected("an operator", token);
    }
    return new TextOperator(domain, type, reader.accept("@") ? reader.name("the overload") : "");
  }

  String print() {
    String qualified = domain.isEmpty() && !type.contains("::") ? type : domain + "::" + type;
    return TextGraphPrinter.name(qualified)
        + (overload.isEmpty() ? "" : "@" + TextGraphPrinter.name(overload));
  }
}
