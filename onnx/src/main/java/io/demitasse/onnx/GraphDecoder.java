package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorAnnotation;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.SparseTensor;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decodes one graph; subgraphs see the values of the graphs around them. */
final class GraphDecoder {
  private final GraphProto proto;
  private final Scope scope;
  private final Graph graph;
  private final AttributeDecoder attributes;
  private final Source source;
  private final String within;

  private GraphDecoder(GraphProto proto, Scope scope, AttributeDecoder attributes, String within) {
    this.proto = proto;
    this.scope = scope;
    this.graph = scope.graph();
    this.attributes = attributes;
    this.source = attributes.source();
    this.within = within;
  }

  /**
   * @param outer the graph whose node holds this one, complete up to that node; null for a main
   *     graph
   * @param within what the graph is part of, for messages: empty, or " in ..."
   */
  static Scope decode(
      GraphProto proto, @Nullable Scope outer, AttributeDecoder attributes, String within) {
    return new GraphDecoder(proto, Scope.of(proto, outer), attributes, within).decode();
  }

  private Scope decode() {
    graph.doc(proto.getDocString());
    graph.metadata().putAll(ModelDecoder.entries(proto.getMetadataPropsList()));
    Definitions.requireUnique(proto, source, within);
    proto.getInputList().forEach(this::input);
    proto.getInitializerList().forEach(this::initializer);
    proto.getSparseInitializerList().forEach(this::sparseInitializer);
    NodeOrder.sorted(proto, source, within).forEach(this::node);
    proto.getValueInfoList().forEach(this::describe);
    proto.getOutputList().forEach(this::output);
    proto.getQuantizationAnnotationList().forEach(this::annotation);
    return scope;
  }

  private void input(ValueInfoProto info) {
    requireNamed(info.getName(), "an input");
    Value value = graph.addInput(scope.nameFor(info.getName()), type(info));
    value.metadata().putAll(ModelDecoder.entries(info.getMetadataPropsList()));
    scope.add(info.getName(), value);
  }

  private void initializer(TensorProto tensorProto) {
    String name = tensorProto.getName();
    Tensor tensor = attributes.tensors().decode(tensorProto, "initializer '" + name + "'" + within);
    Value value = scope.own(name);
    if (value != null && value.initializer() == null) {
      ValueType declared = value.type();
      graph.setInitializer(value, tensor);
      value.type(declared == null ? tensor.type() : declared);
    } else {
      requireNamed(name, "an initializer");
      value = graph.addInitializer(scope.nameFor(name), tensor);
      scope.add(name, value);
    }
    value.metadata().putAll(ModelDecoder.entries(tensorProto.getMetadataPropsList()));
  }

  private void sparseInitializer(SparseTensorProto sparseProto) {
    String name = sparseProto.getValues().getName();
    requireNamed(name, "a sparse initializer");
    SparseTensor tensor =
        attributes
            .tensors()
            .decodeSparse(
                sparseProto, scope.nameFor(name), "sparse initializer '" + name + "'" + within);
    scope.add(name, graph.addSparseInitializer(tensor));
  }

  private void node(NodeProto nodeProto) {
    String place = place(nodeProto) + within;
    NodeBuilder builder =
        graph
            .node(ModelDecoder.domain(nodeProto.getDomain()), nodeProto.getOpType())
            .name(nodeProto.getName())
            .inputs(inputs(nodeProto, place))
            .outputs(outputs(nodeProto));
    Set<String> names = new HashSet<>();
    for (AttributeProto each : nodeProto.getAttributeList()) {
      if (!names.add(each.getName())) {
        throw source.bad(
            place
                + " has two attributes '"
                + each.getName()
                + "', expected one. The model is damaged; export it again.");
      }
      builder.attribute(each.getName(), attributes.decode(each, scope, place));
    }
    Node node = builder.append();
    node.doc(nodeProto.getDocString());
    node.overload(nodeProto.getOverload());
    node.metadata().putAll(ModelDecoder.entries(nodeProto.getMetadataPropsList()));
    for (int i = 0; i < nodeProto.getOutputCount(); i++) {
      Value output = node.output(i);
      if (output != null) {
        scope.add(nodeProto.getOutput(i), output);
      }
    }
  }

  private List<@Nullable Value> inputs(NodeProto nodeProto, String place) {
    List<@Nullable Value> inputs = new ArrayList<>();
    for (String name : nodeProto.getInputList()) {
      inputs.add(name.isEmpty() ? null : find(name, place + " reads"));
    }
    return inputs;
  }

  private String[] outputs(NodeProto nodeProto) {
    // A node that says nothing of its outputs still has one, which is absent.
    return nodeProto.getOutputCount() == 0
        ? new String[] {""}
        : nodeProto.getOutputList().stream()
            .map(name -> name.isEmpty() ? "" : scope.nameFor(name))
            .toArray(String[]::new);
  }

  /** Takes over what the file says of a value; entries on values that do not exist are left out. */
  private void describe(ValueInfoProto info) {
    Value value = scope.own(info.getName());
    if (value == null) {
      return;
    }
    if (value.initializer() == null && value.type() == null) {
      value.type(type(info));
    }
    value.metadata().putAll(ModelDecoder.entries(info.getMetadataPropsList()));
  }

  private void output(ValueInfoProto info) {
    Value value = find(info.getName(), "the graph" + within + " gives out");
    if (value.producer() != null) {
      ValueType type = type(info);
      value.type(type == null ? value.type() : type);
      value.metadata().putAll(ModelDecoder.entries(info.getMetadataPropsList()));
    }
    graph.addOutput(value);
  }

  private void annotation(TensorAnnotation annotation) {
    Map<String, String> parameters =
        ModelDecoder.entries(annotation.getQuantParameterTensorNamesList());
    parameters.replaceAll((_, name) -> scope.known(name));
    graph.quantizationAnnotations().put(scope.known(annotation.getTensorName()), parameters);
  }

  private @Nullable ValueType type(ValueInfoProto info) {
    String place = "value '" + info.getName() + "'" + within;
    return info.hasType() ? Types.decode(info.getType(), source, place) : null;
  }

  private Value find(String name, String reader) {
    Value value = scope.find(name);
    if (value == null) {
      throw source.bad(
          reader
              + " '"
              + name
              + "', which no input, initializer or node defines."
              + " The model is damaged; export it again.");
    }
    return value;
  }

  private void requireNamed(String name, String what) {
    if (name.isEmpty()) {
      throw source.bad(what + within + " has no name, expected one.");
    }
  }

  static String place(NodeProto node) {
    String output = node.getOutputCount() > 0 ? node.getOutput(0) : "";
    return "node '"
        + (node.getName().isEmpty() ? output : node.getName())
        + "' ("
        + node.getOpType()
        + ")";
  }
}
