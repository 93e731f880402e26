package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Files as other programs write them, made field by field. */
final class Protos {
  private Protos() {}

  /** An input, output or intermediate value of floats. */
  static ValueInfoProto value(String name, long... sizes) {
    return value(name, DataType.FLOAT, sizes);
  }

  static ValueInfoProto value(String name, DataType type, long... sizes) {
    TypeProto.Builder proto = TypeProto.newBuilder();
    TypeProto.Tensor.Builder tensor = proto.getTensorTypeBuilder().setElemType(type.code());
    tensor.getShapeBuilder();
    for (long size : sizes) {
      tensor.getShapeBuilder().addDimBuilder().setDimValue(size);
    }
    return ValueInfoProto.newBuilder().setName(name).setType(proto).build();
  }

  static NodeProto.Builder node(String opType, List<String> inputs, String... outputs) {
    return NodeProto.newBuilder()
        .setOpType(opType)
        .setName(opType + "_" + String.join("_", outputs))
        .addAllInput(inputs)
        .addAllOutput(List.of(outputs));
  }

  static AttributeProto graph(String name, GraphProto.Builder graph) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  static NodeProto.Builder choose(
      String condition, String output, GraphProto.Builder then, GraphProto.Builder otherwise) {
    return node("If", List.of(condition), output)
        .addAttribute(graph("then_branch", then))
        .addAttribute(graph("else_branch", otherwise));
  }

  /** A graph y = Relu(x) over x: float[2]. */
  static GraphProto.Builder relu() {
    return GraphProto.newBuilder()
        .setName("g")
        .addInput(value("x", 2))
        .addNode(node("Relu", List.of("x"), "y"))
        .addOutput(value("y", 2));
  }

  /** A graph y = x + w over float[2], whose w is the given tensor. */
  static GraphProto.Builder sum(TensorProto.Builder w) {
    return GraphProto.newBuilder()
        .setName("g")
        .addInput(value("x", 2))
        .addInitializer(w.setName("w"))
        .addNode(node("Add", List.of("x", "w"), "y"))
        .addOutput(value("y", 2));
  }

  static TensorProto.Builder tensor(DataType type, long... sizes) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName("w").setDataType(type.code());
    for (long size : sizes) {
      tensor.addDims(size);
    }
    return tensor;
  }

  /** A tensor float[2] that lies outside the model file. */
  static TensorProto.Builder external(Map<String, String> entries) {
    return tensor(DataType.FLOAT, 2)
        .setDataLocation(DataLocation.EXTERNAL)
        .addAllExternalData(TensorEncoder.entries(entries));
  }

  static ModelProto model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(graph)
        .build();
  }

  static Path write(Path file, ModelProto model) {
    try {
      return Files.write(file, model.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The initializer w of a model made by {@link #sum}. */
  static Tensor weight(Model model) {
    return model.graph().find("w").initializer();
  }
}
