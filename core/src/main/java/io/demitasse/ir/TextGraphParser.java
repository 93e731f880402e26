package io.demitasse.ir;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the form {@link TextGraph} describes. */
final class TextGraphParser {
  private final TextReader reader;
  private final TextAttributes attributes;

  /** An output as it is written before its node is known. */
  private record Target(String name, boolean absent, @Nullable ValueType type, TextToken token) {}

  TextGraphParser(String text) {
    reader = new TextReader(text);
    attributes = new TextAttributes(reader, this);
  }

  Model model() {
    long irVersion = -1;
    Map<String, Long> opsets = new LinkedHashMap<>();
    do {
      if (reader.acceptWord("ir")) {
        irVersion = reader.integer("the version of the IR");
      } else {
        opset(opsets);
      }
    } while (reader.accept(","));
    TextToken word = reader.next();
    if (!word.isWord("graph")) {
      throw TextLexer.expected("',' or 'graph'", word);
    }
    Model model = new Model(graph(null));
    if (irVersion >= 0) {
      model.irVersion(irVersion);
    }
    model.opsets().putAll(opsets);
    while (reader.acceptWord("function")) {
      model.functions().add(function());
    }
    if (reader.peek().kind() != TextToken.Kind.END) {
      throw TextLexer.expected("'function' or the end of the text", reader.peek());
    }
    return model;
  }

  private void opset(Map<String, Long> opsets) {
    boolean onnx = reader.peek().isWord("opset");
    String domain = reader.name("'ir', 'opset' or a domain, each with a version");
    opsets.put(onnx ? "" : domain, reader.integer("the version of the operator set"));
  }

  private Function function() {
    TextOperator operator = TextOperator.parse(reader);
    List<String> names = new ArrayList<>();
    Map<String, Attribute> defaults = new LinkedHashMap<>();
    if (reader.accept("<")) {
      reader.list(
          ">",
          () -> {
            String name = reader.name("the name of an attribute");
            if (reader.accept("=")) {
              defaults.put(name, attributes.value(null));
            } else {
              names.add(name);
            }
          });
    }
    Graph body = new Graph(operator.type(), null);
    List<Target> outputs = signature(body);
    Map<String, Long> opsets = new LinkedHashMap<>();
    if (!reader.peek().isSymbol("{")) {
      do {
        opset(opsets);
      } while (reader.accept(","));
    }
    body(body, outputs);
    return new Function(
        operator.domain(), operator.type(), operator.overload(), "", body, names, defaults, opsets);
  }

  /** A graph from its name on. */
  Graph graph(@Nullable Graph outer) {
    Graph graph = new Graph(reader.name("the name of the graph"), outer);
    body(graph, signature(graph));
    return graph;
  }

  private List<Target> signature(Graph graph) {
    reader.symbol("(");
    reader.list(")", () -> input(graph));
    reader.symbol("->");
    reader.symbol("(");
    List<Target> outputs = new ArrayList<>();
    reader.list(")", () -> outputs.add(target()));
    return outputs;
  }

  private void input(Graph graph) {
    Target target = present(target(), graph);
    Value value = graph.addInput(target.name(), target.type());
    if (reader.accept("=")) {
      Tensor tensor = TextTensors.parse(reader);
      graph.setInitializer(value, tensor);
      value.type(target.type() == null ? tensor.type() : target.type());
    }
  }

  private Target target() {
    TextToken token = reader.peek();
    String name = reader.name("the name of a value");
    ValueType type = reader.accept(":") ? TextTypes.parse(reader) : null;
    return new Target(name, token.isWord("_"), type, token);
  }

  /** Requires a target with a name that its graph does not define yet. */
  private static Target present(Target target, Graph graph) {
    if (target.absent() || target.name().isEmpty()) {
      throw TextLexer.expected("the name of a value", target.token());
    }
    Value known = graph.find(target.name());
    if (known != null && known.graph() == graph) {
      throw TextLexer.problem("'" + target.name() + "' is already defined", target.token());
    }
    return target;
  }

  private void body(Graph graph, List<Target> outputs) {
    reader.symbol("{");
    while (!reader.accept("}")) {
      statement(graph);
    }
    for (Target output : outputs) {
      Value value = graph.find(output.name());
      if (value == null || value.graph() != graph) {
        throw TextLexer.problem(
            "the graph's output '"
                + output.name()
                + "' is not defined in graph '"
                + graph.name()
                + "'",
            output.token());
      }
      graph.addOutput(typed(value, output));
    }
  }

  private static Value typed(Value value, Target target) {
    ValueType type = target.type();
    if (type != null) {
      if (value.type() != null && !type.equals(value.type())) {
        throw TextLexer.problem(
            "'" + value.name() + "' has type " + value.type() + " elsewhere, here " + type,
            target.token());
      }
      value.type(type);
    }
    return value;
  }

  private void statement(Graph graph) {
    if (!reader.peek().isName()) {
      throw TextLexer.expected("the name of a value or '}'", reader.peek());
    }
    List<Target> targets = new ArrayList<>();
    do {
      targets.add(target());
    } while (reader.accept(","));
    reader.symbol("=");
    if (TextTensors.begins(reader)) {
      initializer(graph, targets);
    } else {
      node(graph, targets);
    }
  }

  private void initializer(Graph graph, List<Target> targets) {
    Target target = present(targets.getFirst(), graph);
    if (targets.size() > 1) {
      throw TextLexer.problem(
          "a tensor defines one value, not " + targets.size(), targets.get(1).token());
    }
    if (reader.peek().isWord("sparse")) {
      SparseTensor sparse = TextTensors.parseSparse(reader);
      if (!sparse.name().equals(target.name())) {
        throw TextLexer.problem(
            "the sparse tensor is named '" + sparse.name() + "'", target.token());
      }
      typed(graph.addSparseInitializer(sparse), target);
      return;
    }
    Value value = graph.addInitializer(target.name(), TextTensors.parse(reader));
    if (target.type() != null) {
      value.type(target.type());
    }
  }

  private void node(Graph graph, List<Target> targets) {
    TextOperator operator = TextOperator.parse(reader);
    NodeBuilder builder = graph.node(operator.domain(), operator.type());
    reader.symbol("(");
    reader.list(")", () -> builder.inputs(operand(graph)));
    if (reader.accept("<")) {
      reader.list(">", () -> attributes.named(graph, builder));
    }
    if (reader.accept("#")) {
      builder.name(reader.name("the name of the node"));
    }
    Set<String> names = new HashSet<>();
    for (Target target : targets) {
      builder.outputs(target.absent() ? "" : present(target, graph).name());
      if (!target.absent() && !names.add(target.name())) {
        throw TextLexer.problem("'" + target.name() + "' is already defined", target.token());
      }
    }
    Node node = builder.append();
    node.overload(operator.overload());
    for (int i = 0; i < targets.size(); i++) {
      Value output = node.output(i);
      if (output != null) {
        output.type(targets.get(i).type());
      }
    }
  }

  private @Nullable Value operand(Graph graph) {
    TextToken token = reader.peek();
    String name = reader.name("the name of a value, or _");
    if (token.isWord("_")) {
      return null;
    }
    Value value = graph.find(name);
    if (value == null) {
      throw TextLexer.problem("'" + name + "' is not defined before this place", token);
    }
    return value;
  }
}
