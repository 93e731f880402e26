package io.demitasse.bench.towers;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.List;

/** Puts nodes at the end of a graph, in operators of ONNX that versions 11 to 17 have alike. */
record Layers(Graph graph) {
  private static final Dim BATCH = Dim.named("batch");

  Value op(String type, Value... inputs) {
    return node(type, inputs).append().output();
  }

  /** One with an attribute {@code axis}. */
  Value along(String type, long axis, Value... inputs) {
    return node(type, inputs).attribute("axis", axis).append().output();
  }

  /** One that reduces an axis or adds one, as a list of axes says. */
  Value over(String type, long axis, boolean keeps, Value input) {
    NodeBuilder node = node(type, input).attribute("axes", new Attribute.Ints(List.of(axis)));
    return (type.startsWith("Reduce") ? node.attribute("keepdims", keeps ? 1L : 0L) : node)
        .append()
        .output();
  }

  /** Vectors of length 1, {@code [B,H]}. */
  Value normalized(Value vectors) {
    Value length = over("ReduceL2", 1, true, vectors);
    return op("Div", vectors, op("Max", length, number(1e-12f)));
  }

  Value number(float value) {
    return weight("number", Tensor.scalar(value));
  }

  Value longs(long... values) {
    return weight("longs", Tensor.ofLongs(new long[] {values.length}, values));
  }

  Value weight(String name, Tensor content) {
    return graph.addInitializer(graph.freeName(name), content);
  }

  /** Gives out a value float {@code [B,size]}. */
  void output(String name, Value value, long size) {
    value.rename(name);
    value.type(vectors(size));
    graph.addOutput(value);
  }

  /** The type float {@code [B,size]}. */
  static ValueType vectors(long size) {
    return ValueType.tensor(DataType.FLOAT, new Shape(List.of(BATCH, Dim.of(size))));
  }

  private NodeBuilder node(String type, Value... inputs) {
    return graph
        .node(type)
        .name(graph.freeNodeName("towers." + type))
        .inputs(inputs)
        .outputs(graph.freeName("towers." + type));
  }
}
