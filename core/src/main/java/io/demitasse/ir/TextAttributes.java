package io.demitasse.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The part of the text graph parser that reads attributes. */
final class TextAttributes {
  private final TextReader reader;
  private final TextGraphParser graphs;

  TextAttributes(TextReader reader, TextGraphParser graphs) {
    this.reader = reader;
    this.graphs = graphs;
  }

  /** One attribute with its name, for a node of a graph. */
  void named(Graph graph, NodeBuilder builder) {
    String name = reader.name("the name of an attribute or '>'");
    reader.symbol("=");
    builder.attribute(name, value(graph));
  }

  /**
   * @param around the graph of the node that has the attribute
   */
  Attribute value(@Nullable Graph around) {
    TextToken token = reader.peek();
    if (TextTensors.begins(reader)) {
      return token.isWord("sparse")
          ? new Attribute.OfSparseTensor(TextTensors.parseSparse(reader))
          : new Attribute.OfTensor(TextTensors.parse(reader));
    }
    if (reader.accept("[")) {
      return list();
    }
    if (reader.accept("@")) {
      String name = reader.name("the name of an attribute of the function");
      reader.symbol(":");
      return new Attribute.Reference(
          name, Math.toIntExact(reader.integer("the code of the attribute's type")));
    }
    if (token.kind() == TextToken.Kind.WORD && !token.isWord("nan")) {
      return worded(around);
    }
    return scalar(reader.next());
  }

  /** An attribute that begins with a word that says what it is. */
  private Attribute worded(@Nullable Graph around) {
    TextToken word = reader.next();
    return switch (word.text()) {
      case "graph" -> new Attribute.OfGraph(graphs.graph(around));
      case "type" -> new Attribute.OfType(TextTypes.parse(reader));
      case "ints" -> new Attribute.Ints(several(() -> reader.integer("an integer")));
      case "floats" -> new Attribute.Reals(several(() -> real(reader.next())));
      case "strings" ->
          new Attribute.Strings(
              several(() -> new Attribute.Bytes(TextTensors.byteString(reader.next()))));
      case "tensors" -> new Attribute.Tensors(several(() -> TextTensors.parse(reader)));
      case "sparse_tensors" ->
          new Attribute.SparseTensors(several(() -> TextTensors.parseSparse(reader)));
      case "types" -> new Attribute.Types(several(() -> TextTypes.parse(reader)));
      case "graphs" -> new Attribute.Graphs(several(() -> nested(around)));
      default -> throw TextLexer.expected("the value of an attribute (a text needs quotes)", word);
    };
  }

  private Graph nested(@Nullable Graph around) {
    TextToken word = reader.next();
    if (!word.isWord("graph")) {
      throw TextLexer.expected("'graph'", word);
    }
    return graphs.graph(around);
  }

  private <T> List<T> several(Supplier<T> element) {
    reader.symbol("[");
    List<T> elements = new ArrayList<>();
    reader.list("]", () -> elements.add(element.get()));
    return elements;
  }

  /** A list whose kind shows in its elements; one real number makes all of them real. */
  private Attribute list() {
    TextToken first = reader.peek();
    List<TextToken> tokens = new ArrayList<>();
    reader.list("]", () -> tokens.add(reader.next()));
    if (tokens.isEmpty()) {
      throw TextLexer.problem(
          "an empty list says what it holds: ints [], floats [] or strings []", first);
    }
    if (first.kind() == TextToken.Kind.QUOTED || first.kind() == TextToken.Kind.HEX) {
      return new Attribute.Strings(
          tokens.stream()
              .map(token -> new Attribute.Bytes(TextTensors.byteString(token)))
              .toList());
    }
    return tokens.stream().anyMatch(TextAttributes::isReal)
        ? new Attribute.Reals(tokens.stream().map(TextAttributes::real).toList())
        : new Attribute.Ints(tokens.stream().map(TextReader::integer).toList());
  }

  private static Attribute scalar(TextToken token) {
    return switch (token.kind()) {
      case QUOTED, HEX -> new Attribute.Bytes(TextTensors.byteString(token));
      case NUMBER, WORD ->
          isReal(token)
              ? new Attribute.Real(real(token))
              : new Attribute.Int(TextReader.integer(token));
      default -> throw TextLexer.expected("the value of an attribute", token);
    };
  }

  private static boolean isReal(TextToken token) {
    return token.isWord("nan")
        || (token.kind() == TextToken.Kind.NUMBER && !token.text().matches("[+-]?\\d+"));
  }

  private static float real(TextToken token) {
    return (float) TextTensors.real(DataType.FLOAT, token);
  }
}
