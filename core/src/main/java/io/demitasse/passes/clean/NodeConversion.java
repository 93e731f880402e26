package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import io.demitasse.pass.Where;
import java.util.Optional;

/** A node on its way to a later operator set, with what its rewriters need. */
final class NodeConversion {
  private final OpsetConversion conversion;
  private Node node;

  NodeConversion(OpsetConversion conversion, Node node) {
    this.conversion = conversion;
    this.node = node;
  }

  /** The node as it is now; a change may have put another in its place. */
  Node node() {
    return node;
  }

  long target() {
    return conversion.target();
  }

  String apply(OpsetChange change) {
    node.attributes()
        .forEach(
            (name, attribute) -> {
              if (attribute instanceof Attribute.Reference) {
                throw new NotConvertible(
                    "its attribute " + name + " is a parameter of its function");
              }
            });
    return change.rewriter().apply(this);
  }

  /** What is known of an input; empty when nothing is. */
  Optional<TensorFacts> facts(int input) {
    Value value = node.input(input);
    return value == null ? Optional.empty() : conversion.facts(value);
  }

  DataType dataType(int input) {
    return facts(input)
        .map(TensorFacts::dataType)
        .or(() -> Optional.ofNullable(node.input(input)).flatMap(Value::dataType))
        .orElseThrow(
            () ->
                new NotConvertible(
                    "the data type of its input "
                        + node.requiredInput(input).name()
                        + " is not known"));
  }

  /** Makes a list of integers an input. */
  String toInput(String attribute, int index) {
    if (!(node.attribute(attribute) instanceof Attribute.Ints ints)) {
      return "";
    }
    long[] values = ints.toArray();
    node.input(index, constant(attribute, Tensor.ofLongs(new long[] {values.length}, values)));
    node.removeAttribute(attribute);
    return attribute + " became an input";
  }

  /** A constant for this node to read. */
  Value constant(String hint, Tensor content) {
    Graph graph = node.graph();
    String name = graph.freeName(Where.label(node) + "_" + hint);
    return conversion.needsConstantNodes(graph)
        ? graph
            .node("Constant")
            .attribute("value", Attribute.of(content))
            .outputs(name)
            .insertBefore(node)
            .output()
        : graph.addInitializer(name, content);
  }

  Value integers(String hint, long... values) {
    return constant(hint, Tensor.ofLongs(new long[] {values.length}, values));
  }

  /** Adds a node before this one, named after it. */
  Value before(Op op, NodeBuilder builder) {
    String name = Where.label(node) + "_" + op.type().toLowerCase(java.util.Locale.ROOT);
    return builder.outputs(node.graph().freeName(name)).insertBefore(node).output();
  }

  /** Lets another value take the place of this node's first output, under its name. */
  void replaceOutput(Value replacement) {
    node.graph().replace(node.output(), replacement);
  }

  /** Puts a node of another operator, with everything else the same, in the place of this one. */
  String becomes(Op op) {
    NodeBuilder builder =
        op.in(node.graph())
            .name(node.name())
            .inputs(node.inputs())
            .attributes(node.attributes())
            .outputs(node.graph().freeName(node.output().name() + "_renamed"));
    Node renamed = builder.insertBefore(node);
    renamed.metadata().putAll(node.metadata());
    renamed.doc(node.doc());
    replaceOutput(renamed.output());
    node.graph().remove(node);
    node = renamed;
    return "became " + op.type();
  }
}
