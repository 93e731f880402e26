package io.demitasse.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Types in text graphs. */
final class TextTypes {
  private TextTypes() {}

  static String print(ValueType type) {
    return switch (type) {
      case ValueType.OfTensor(DataType dataType, Shape shape) -> dataType.text() + shape(shape);
      case ValueType.OfSparseTensor(DataType dataType, Shape shape) ->
          "sparse(" + dataType.text() + shape(shape) + ")";
      case ValueType.OfSequence(ValueType element) -> "seq(" + print(element) + ")";
      case ValueType.OfMap(DataType key, ValueType value) ->
          "map(" + key.text() + ", " + print(value) + ")";
      case ValueType.OfOptional(ValueType element) -> "optional(" + print(element) + ")";
      case ValueType.OfOpaque(String domain, String name) ->
          "opaque(" + TextGraphPrinter.name(domain) + ", " + TextGraphPrinter.name(name) + ")";
    };
  }

  private static String shape(@Nullable Shape shape) {
    return shape == null
        ? "[...]"
        : shape.dims().stream().map(TextTypes::dim).collect(Collectors.joining(",", "[", "]"));
  }

  private static String dim(Dim dim) {
    return dim instanceof Dim.Named(String name) ? TextGraphPrinter.name(name) : dim.toString();
  }

  /** Whether a token is the name of a data type. */
  static boolean isDataType(TextToken token) {
    return token.kind() == TextToken.Kind.WORD && find(token.text()) != null;
  }

  private static @Nullable DataType find(String name) {
    for (DataType type : DataType.values()) {
      if (type.text().equals(name)) {
        return type;
      }
    }
    return null;
  }

  static ValueType parse(TextReader reader) {
    TextToken word = reader.peek();
    if (isDataType(word)) {
      DataType dataType = dataType(reader);
      return new ValueType.OfTensor(dataType, shape(reader));
    }
    if (word.kind() != TextToken.Kind.WORD) {
      throw TextLexer.expected("a type", word);
    }
    reader.next();
    reader.symbol("(");
    ValueType type =
        switch (word.text()) {
          case "sparse" -> new ValueType.OfSparseTensor(dataType(reader), shape(reader));
          case "seq" -> new ValueType.OfSequence(parse(reader));
          case "optional" -> new ValueType.OfOptional(parse(reader));
          case "map" -> {
            DataType key = dataType(reader);
            reader.symbol(",");
            yield new ValueType.OfMap(key, parse(reader));
          }
          case "opaque" -> {
            String domain = reader.name("the domain of the type");
            reader.symbol(",");
            yield new ValueType.OfOpaque(domain, reader.name("the name of the type"));
          }
          default -> throw TextLexer.expected("a type such as float[N,3] or seq(float[...])", word);
        };
    reader.symbol(")");
    return type;
  }

  private static DataType dataType(TextReader reader) {
    TextToken token = reader.next();
    DataType type =
        token.kind() == TextToken.Kind.WORD ? find(token.text().toLowerCase(Locale.ROOT)) : null;
    if (type == null) {
      throw TextLexer.expected("a data type such as float or int64", token);
    }
    return type;
  }

  private static @Nullable Shape shape(TextReader reader) {
    reader.symbol("[");
    if (reader.accept("...")) {
      reader.symbol("]");
      return null;
    }
    List<Dim> dims = new ArrayList<>();
    reader.list("]", () -> dims.add(dim(reader)));
    return new Shape(dims);
  }

  private static Dim dim(TextReader reader) {
    TextToken token = reader.next();
    if (token.isSymbol("?")) {
      return Dim.UNKNOWN;
    }
    if (token.isName() && !token.text().isEmpty()) {
      return Dim.named(token.text());
    }
    if (token.kind() == TextToken.Kind.NUMBER && token.text().matches("\\d+")) {
      return Dim.of(TextReader.integer(token));
    }
    throw TextLexer.expected("a dimension: a size, a name or ?", token);
  }
}
