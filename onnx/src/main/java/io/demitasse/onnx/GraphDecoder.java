package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorAnnotation;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes one graph; subgraphs see the values of the graphs around them. */
final class GraphDecoder {
  private final GraphProto proto;
  private final Graph graph;
  private final AttributeDecoder attributes;
  private final Source source;
  private final Map<String, Value> own = new HashMap<>();

  private GraphDecoder(GraphProto proto, @Nullable Graph outer, AttributeDecoder attributes) {
    this.proto = proto;
    this.graph = new Graph(proto.getName(), outer);
    this.attributes = attributes;
    this.source = attributes.source();
  }

  /**
   * @param outer the graph whose node holds this one, complete up to that node; null for a main
   *     graph
   */
  static Graph decode(GraphProto proto, @Nullable Graph outer, AttributeDecoder attributes) {
    return new GraphDecoder(proto, outer, attributes).decode();
  }

  private Graph decode() {
    graph.doc(proto.getDocString());
    graph.metadata().putAll(ModelDecoder.entries(proto.getMetadataPropsList()));
    proto.getInputList().forEach(this::input);
    proto.getInitializerList().forEach(this::initializer);
    proto.getSparseInitializerList().forEach(this::sparseInitializer);
    NodeOrder.sorted(proto, graph, source).forEach(this::node);
    proto.getValueInfoList().forEach(this::describe);
    proto.getOutputList().forEach(this::output);
    for (TensorAnnotation each : proto.getQuantizationAnnotationList()) {
      graph
          .quantizationAnnotations()
          .put(each.getTensorName(), ModelDecoder.entries(each.getQuantParameterTensorNamesList()));
    }
    return graph;
  }

  private void input(ValueInfoProto info) {
    requireFree(info.getName(), "an input");
    Value value = graph.addInput(info.getName(), type(info));
    value.metadata().putAll(ModelDecoder.entries(info.getMetadataPropsList()));
    own.put(value.name(), value);
  }

  private void initializer(TensorProto tensorProto) {
    String name = tensorProto.getName();
    Tensor tensor =
        attributes.tensors().decode(tensorProto, "initializer '" + name + "'" + inGraph());
    Value value = own.get(name);
    if (value != null && value.isInput() && value.initializer() == null) {
      ValueType declared = value.type();
      graph.setInitializer(value, tensor);
      value.type(declared == null ? tensor.type() : declared);
    } else {
      requireFree(name, "an initializer");
      value = graph.addInitializer(name, tensor);
      own.put(name, value);
    }
    value.metadata().putAll(ModelDecoder.entries(tensorProto.getMetadataPropsList()));
  }

  private void sparseInitializer(SparseTensorProto sparse) {
    String name = sparse.getValues().getName();
    requireFree(name, "a sparse initializer");
    own.put(
        name,
        graph.addSparseInitializer(
            attributes.tensors().decodeSparse(sparse, "sparse initializer '" + name + "'")));
  }

  private void node(NodeProto nodeProto) {
    String place = place(nodeProto) + inGraph();
    NodeBuilder builder =
        graph
            .node(ModelDecoder.domain(nodeProto.getDomain()), nodeProto.getOpType())
            .name(nodeProto.getName());
    List<@Nullable Value> inputs = new ArrayList<>();
    for (String name : nodeProto.getInputList()) {
      inputs.add(name.isEmpty() ? null : find(name, place + " reads"));
    }
    builder.inputs(inputs);
    for (String output : nodeProto.getOutputList()) {
      if (!output.isEmpty()) {
        requireFree(output, "an output of " + place);
      }
      builder.outputs(output);
    }
    if (nodeProto.getOutputCount() == 0) {
      builder.outputs("");
    }
    attributes(nodeProto, builder, place);
    Node node = builder.append();
    node.doc(nodeProto.getDocString());
    node.overload(nodeProto.getOverload());
    node.metadata().putAll(ModelDecoder.entries(nodeProto.getMetadataPropsList()));
    node.presentOutputs().forEach(output -> own.put(output.name(), output));
  }

  private void attributes(NodeProto nodeProto, NodeBuilder builder, String place) {
    for (AttributeProto each : nodeProto.getAttributeList()) {
      builder.attribute(each.getName(), attributes.decode(each, graph, place));
    }
  }

  /**
   * Takes over what the file says of an intermediate value; entries about values that do not exist
   * say nothing.
   */
  private void describe(ValueInfoProto info) {
    Value value = own.get(info.getName());
    if (value == null) {
      return;
    }
    if (value.initializer() == null && value.type() == null) {
      value.type(type(info));
    }
    value.metadata().putAll(ModelDecoder.entries(info.getMetadataPropsList()));
  }

  private void output(ValueInfoProto info) {
    Value value = find(info.getName(), "the graph" + inGraph() + " gives out");
    if (value.graph() == graph && value.initializer() == null && !value.isInput()) {
      ValueType type = type(info);
      value.type(type == null ? value.type() : type);
      value.metadata().putAll(ModelDecoder.entries(info.getMetadataPropsList()));
    }
    graph.addOutput(value);
  }

  private @Nullable ValueType type(ValueInfoProto info) {
    return info.hasType()
        ? Types.decode(info.getType(), source, "value '" + info.getName() + "'")
        : null;
  }

  private Value find(String name, String reader) {
    Value value = own.get(name);
    if (value == null) {
      value = graph.find(name);
    }
    if (value == null) {
      throw missing(source, reader, name);
    }
    return value;
  }

  static DemitasseException missing(Source source, String reader, String name) {
    return source.bad(
        reader
            + " '"
            + name
            + "', which no input, initializer or node defines. The model is damaged; export it"
            + " again.");
  }

  private void requireFree(String name, String what) {
    if (name.isEmpty()) {
      throw source.bad(what + inGraph() + " has no name, expected one.");
    }
    if (own.containsKey(name)) {
      throw source.bad(
          what
              + inGraph()
              + " is called '"
              + name
              + "', which an other value already is; expected each name once."
              + " The model is damaged; export it again.");
    }
  }

  private String inGraph() {
    return graph.outer() == null ? "" : " (in subgraph '" + graph.name() + "')";
  }

  static String place(NodeProto node) {
    String name =
        !node.getName().isEmpty()
            ? node.getName()
            : node.getOutputCount() > 0 ? node.getOutput(0) : "";
    return "node '" + name + "' (" + node.getOpType() + ")";
  }
}
