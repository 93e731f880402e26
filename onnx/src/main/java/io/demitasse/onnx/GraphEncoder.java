package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes graphs. What a graph holds decides the bytes, not the history of how it came to hold it.
 */
final class GraphEncoder {
  private GraphEncoder() {}

  /** The graph with everything it holds. */
  static GraphProto whole(Graph graph) {
    GraphProto.Builder proto = structure(graph);
    for (Value value : initializers(graph)) {
      proto.addInitializer(initializer(value));
    }
    return proto.build();
  }

  /** The graph without its initializers; those of graphs nested in it are there. */
  static GraphProto.Builder structure(Graph graph) {
    GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name());
    setUnlessEmpty(graph.doc(), proto::setDocString);
    graph.nodes().forEach(node -> proto.addNode(node(node)));
    graph.inputs().forEach(input -> proto.addInput(info(input)));
    graph.outputs().forEach(output -> proto.addOutput(info(output)));
    intermediates(graph).forEach(value -> proto.addValueInfo(info(value)));
    graph
        .sparseInitializers()
        .forEach(tensor -> proto.addSparseInitializer(TensorEncoder.sparse(tensor)));
    graph
        .quantizationAnnotations()
        .forEach(
            (name, parameters) ->
                proto
                    .addQuantizationAnnotationBuilder()
                    .setTensorName(name)
                    .addAllQuantParameterTensorNames(TensorEncoder.entries(parameters)));
    return proto.addAllMetadataProps(TensorEncoder.entries(graph.metadata()));
  }

  /**
   * Defaults of inputs first, in the order of the inputs, then the others: the order a reader finds
   * again.
   */
  static List<Value> initializers(Graph graph) {
    Set<Value> initializers = new LinkedHashSet<>(graph.inputs());
    initializers.removeIf(input -> input.initializer() == null);
    initializers.addAll(graph.initializers());
    return new ArrayList<>(initializers);
  }

  /** Values made by nodes of this graph and used within it, of which something is known. */
  static List<Value> intermediates(Graph graph) {
    Set<Value> outputs = new LinkedHashSet<>(graph.outputs());
    List<Value> intermediates = new ArrayList<>();
    for (Node node : graph.nodes()) {
      for (Value value : node.presentOutputs()) {
        if (!outputs.contains(value) && (value.type() != null || !value.metadata().isEmpty())) {
          intermediates.add(value);
        }
      }
    }
    return intermediates;
  }

  static NodeProto node(Node node) {
    NodeProto.Builder proto = NodeProto.newBuilder().setOpType(node.opType());
    setUnlessEmpty(node.name(), proto::setName);
    setUnlessEmpty(node.domain(), proto::setDomain);
    setUnlessEmpty(node.overload(), proto::setOverload);
    setUnlessEmpty(node.doc(), proto::setDocString);
    node.inputs().forEach(input -> proto.addInput(name(input)));
    node.outputs().forEach(output -> proto.addOutput(name(output)));
    node.attributes()
        .forEach((name, attribute) -> proto.addAttribute(AttributeEncoder.encode(name, attribute)));
    return proto.addAllMetadataProps(TensorEncoder.entries(node.metadata())).build();
  }

  static ValueInfoProto info(Value value) {
    ValueInfoProto.Builder proto = ValueInfoProto.newBuilder().setName(value.name());
    ValueType type = value.type();
    if (type != null) {
      proto.setType(Types.encode(type));
    }
    return proto.addAllMetadataProps(TensorEncoder.entries(value.metadata())).build();
  }

  private static TensorProto initializer(Value value) {
    return TensorEncoder.inline(value.name(), content(value)).toBuilder()
        .addAllMetadataProps(TensorEncoder.entries(value.metadata()))
        .build();
  }

  static Tensor content(Value value) {
    return Objects.requireNonNull(value.initializer(), () -> value + " holds no tensor");
  }

  private static String name(@Nullable Value value) {
    return value == null ? "" : value.name();
  }

  static void setUnlessEmpty(String text, Consumer<String> setter) {
    if (!text.isEmpty()) {
      setter.accept(text);
    }
  }
}
