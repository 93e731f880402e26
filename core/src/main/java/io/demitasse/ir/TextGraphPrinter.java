package io.demitasse.ir;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a model as text, in the form {@link TextGraph} describes. */
final class TextGraphPrinter {
  private final StringBuilder out = new StringBuilder();
  private int depth;

  String model(Model model) {
    out.append("ir ").append(model.irVersion());
    opsets(model.opsets(), ", ");
    out.append("\n\ngraph ");
    graph(model.graph());
    out.append('\n');
    for (Function function : model.functions()) {
      out.append('\n');
      function(function);
      out.append('\n');
    }
    return out.toString();
  }

  static String name(String name) {
    return TextLexer.isBare(name) ? name : TextLexer.quote(name);
  }

  private void opsets(Map<String, Long> opsets, String separator) {
    String before = separator;
    for (Map.Entry<String, Long> entry : new TreeMap<>(opsets).entrySet()) {
      String domain = entry.getKey();
      String shown =
          domain.equals("opset") || domain.equals("ir") ? TextLexer.quote(domain) : name(domain);
      out.append(before)
          .append(domain.isEmpty() ? "opset" : shown)
          .append(' ')
          .append(entry.getValue());
      before = ", ";
    }
  }

  private void function(Function function) {
    out.append("function ")
        .append(new TextOperator(function.domain(), function.name(), function.overload()).print())
        .append(' ');
    List<String> attributes =
        new ArrayList<>(function.attributes().stream().map(TextGraphPrinter::name).toList());
    function
        .defaults()
        .forEach((name, value) -> attributes.add(name(name) + "=" + attribute(value)));
    if (!attributes.isEmpty()) {
      out.append('<').append(String.join(", ", attributes)).append("> ");
    }
    Set<Value> typedInHeading = signature(function.body());
    opsets(function.opsets(), " ");
    body(function.body(), typedInHeading);
  }

  private void graph(Graph graph) {
    out.append(name(graph.name()));
    body(graph, signature(graph));
  }

  /** Inputs and outputs; gives the outputs whose type stands there. */
  private Set<Value> signature(Graph graph) {
    out.append(
        graph.inputs().stream()
            .map(TextGraphPrinter::input)
            .collect(Collectors.joining(", ", "(", ")")));
    Set<Value> typed = new HashSet<>();
    List<String> outputs = new ArrayList<>();
    for (Value output : graph.outputs()) {
      boolean here = output.producer() != null && output.graph() == graph && typed.add(output);
      outputs.add(name(output.name()) + (here ? type(output.type()) : ""));
    }
    out.append(outputs.stream().collect(Collectors.joining(", ", " -> (", ")")));
    return typed;
  }

  private static String input(Value input) {
    Tensor tensor = input.initializer();
    boolean implied = tensor != null && tensor.type().equals(input.type());
    return name(input.name())
        + (implied ? "" : type(input.type()))
        + (tensor == null ? "" : " = " + TextTensors.print(tensor));
  }

  private static String type(@Nullable ValueType type) {
    return type == null ? "" : ": " + TextTypes.print(type);
  }

  private void body(Graph graph, Set<Value> typedInHeading) {
    out.append(" {\n");
    depth++;
    for (SparseTensor sparse : graph.sparseInitializers()) {
      indent()
          .append(name(sparse.name()))
          .append(" = ")
          .append(TextTensors.print(sparse))
          .append('\n');
    }
    for (Value value : graph.initializers()) {
      if (!value.isInput()) {
        indent().append(name(value.name())).append(initializer(value)).append('\n');
      }
    }
    for (Node node : graph.nodes()) {
      node(node, typedInHeading);
    }
    depth--;
    indent().append('}');
  }

  private static String initializer(Value value) {
    Tensor tensor = value.initializer();
    if (tensor == null) {
      throw new IllegalArgumentException(value + " is not an initializer");
    }
    return (tensor.type().equals(value.type()) ? "" : type(value.type()))
        + " = "
        + TextTensors.print(tensor);
  }

  private void node(Node node, Set<Value> typedInHeading) {
    List<String> outputs = new ArrayList<>();
    for (Value output : node.outputs()) {
      outputs.add(
          output == null
              ? "_"
              : name(output.name()) + (typedInHeading.contains(output) ? "" : type(output.type())));
    }
    indent().append(outputs.isEmpty() ? "_" : String.join(", ", outputs)).append(" = ");
    out.append(new TextOperator(node.domain(), node.opType(), node.overload()).print());
    out.append(
        node.inputs().stream()
            .map(input -> input == null ? "_" : name(input.name()))
            .collect(Collectors.joining(", ", "(", ")")));
    attributes(node);
    if (!node.name().isEmpty()) {
      out.append(" # ").append(name(node.name()));
    }
    out.append('\n');
  }

  private void attributes(Node node) {
    if (node.attributes().isEmpty()) {
      return;
    }
    boolean nested = !node.subgraphs().isEmpty();
    out.append(" <");
    depth++;
    String before = "";
    for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
      out.append(before);
      if (nested) {
        out.append('\n');
        indent();
      }
      attribute(entry.getKey(), entry.getValue());
      before = nested ? "," : ", ";
    }
    depth--;
    if (nested) {
      out.append('\n');
      indent();
    }
    out.append('>');
  }

  private void attribute(String name, Attribute value) {
    out.append(name(name)).append('=');
    switch (value) {
      case Attribute.OfGraph(Graph graph) -> {
        out.append("graph ");
        graph(graph);
      }
      case Attribute.Graphs(List<Graph> graphs) -> {
        out.append("graphs [");
        String before = "";
        for (Graph graph : graphs) {
          out.append(before).append("graph ");
          graph(graph);
          before = ", ";
        }
        out.append(']');
      }
      default -> out.append(attribute(value));
    }
  }

  /** An attribute without graphs. */
  private static String attribute(Attribute attribute) {
    return switch (attribute) {
      case Attribute.Int(long value) -> Long.toString(value);
      case Attribute.Real(float value) -> real(value);
      case Attribute.Bytes bytes -> TextTensors.bytes(bytes.value());
      case Attribute.OfTensor(Tensor value) -> TextTensors.print(value);
      case Attribute.OfSparseTensor(SparseTensor value) -> TextTensors.print(value);
      case Attribute.OfType(ValueType value) -> "type " + TextTypes.print(value);
      case Attribute.Ints(List<Long> values) ->
          list("ints", values.stream().map(Object::toString).toList());
      case Attribute.Reals(List<Float> values) ->
          list("floats", values.stream().map(TextGraphPrinter::real).toList());
      case Attribute.Strings(List<Attribute.Bytes> values) ->
          list("strings", values.stream().map(bytes -> TextTensors.bytes(bytes.value())).toList());
      case Attribute.Tensors(List<Tensor> values) ->
          "tensors " + bracketed(values.stream().map(TextTensors::print).toList());
      case Attribute.SparseTensors(List<SparseTensor> values) ->
          "sparse_tensors " + bracketed(values.stream().map(TextTensors::print).toList());
      case Attribute.Types(List<ValueType> values) ->
          "types " + bracketed(values.stream().map(TextTypes::print).toList());
      case Attribute.Reference(String name, int typeCode) -> "@" + name(name) + ":" + typeCode;
      case Attribute.OfGraph _, Attribute.Graphs _ ->
          throw new IllegalArgumentException("a graph is not expected as a default");
    };
  }

  private static String list(String kind, List<String> elements) {
    return elements.isEmpty() ? kind + " []" : bracketed(elements);
  }

  private static String bracketed(List<String> elements) {
    return "[" + String.join(", ", elements) + "]";
  }

  /** A float that cannot be taken for an integer. */
  private static String real(float value) {
    if (Float.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return Float.isNaN(value) ? "nan" : Float.toString(value).replace('E', 'e');
  }

  private StringBuilder indent() {
    return out.append("  ".repeat(depth));
  }
}
