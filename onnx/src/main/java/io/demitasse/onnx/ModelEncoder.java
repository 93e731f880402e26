package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.TrainingInfo;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Encodes what a file says beside its main graph. */
final class ModelEncoder {
  private ModelEncoder() {}

  /** The model without its graph. */
  static ModelProto frame(Model model) {
    ModelProto.Builder proto = ModelProto.newBuilder().setIrVersion(model.irVersion());
    GraphEncoder.setUnlessEmpty(model.producerName(), proto::setProducerName);
    GraphEncoder.setUnlessEmpty(model.producerVersion(), proto::setProducerVersion);
    GraphEncoder.setUnlessEmpty(model.domain(), proto::setDomain);
    GraphEncoder.setUnlessEmpty(model.doc(), proto::setDocString);
    if (model.modelVersion() != 0) {
      proto.setModelVersion(model.modelVersion());
    }
    proto
        .addAllOpsetImport(opsets(model.opsets()))
        .addAllMetadataProps(TensorEncoder.entries(model.metadata()));
    model.functions().forEach(function -> proto.addFunctions(function(function)));
    model.training().forEach(info -> proto.addTrainingInfo(training(info)));
    return proto.build();
  }

  private static List<OperatorSetIdProto> opsets(Map<String, Long> opsets) {
    List<OperatorSetIdProto> protos = new ArrayList<>();
    opsets.forEach(
        (domain, version) ->
            protos.add(
                OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build()));
    return protos;
  }

  private static FunctionProto function(Function function) {
    Graph body = function.body();
    FunctionProto.Builder proto =
        FunctionProto.newBuilder()
            .setDomain(function.domain())
            .setName(function.name())
            .addAllAttribute(function.attributes())
            .addAllOpsetImport(opsets(function.opsets()))
            .addAllMetadataProps(TensorEncoder.entries(body.metadata()));
    GraphEncoder.setUnlessEmpty(function.overload(), proto::setOverload);
    GraphEncoder.setUnlessEmpty(function.doc(), proto::setDocString);
    body.inputs().forEach(input -> proto.addInput(input.name()));
    body.outputs().forEach(output -> proto.addOutput(output.name()));
    function
        .defaults()
        .forEach((name, value) -> proto.addAttributeProto(AttributeEncoder.encode(name, value)));
    GraphEncoder.initializers(body).forEach(value -> proto.addNode(constant(value)));
    body.nodes().forEach(node -> proto.addNode(GraphEncoder.node(node)));
    body.inputs().stream()
        .filter(ModelEncoder::isDescribed)
        .forEach(value -> proto.addValueInfo(GraphEncoder.info(value)));
    body.nodes().stream()
        .flatMap(node -> node.presentOutputs().stream())
        .filter(ModelEncoder::isDescribed)
        .forEach(value -> proto.addValueInfo(GraphEncoder.info(value)));
    return proto.build();
  }

  private static boolean isDescribed(Value value) {
    return value.type() != null || !value.metadata().isEmpty();
  }

  /** Functions have no initializers, so that one in a body becomes a node. */
  private static NodeProto constant(Value value) {
    return NodeProto.newBuilder()
        .setOpType("Constant")
        .addOutput(value.name())
        .addAttribute(AttributeEncoder.encode("value", Attribute.of(GraphEncoder.content(value))))
        .build();
  }

  private static TrainingInfoProto training(TrainingInfo info) {
    TrainingInfoProto.Builder proto =
        TrainingInfoProto.newBuilder()
            .addAllInitializationBinding(TensorEncoder.entries(info.initializationBinding()))
            .addAllUpdateBinding(TensorEncoder.entries(info.updateBinding()));
    Graph initialization = info.initialization();
    if (initialization != null) {
      proto.setInitialization(GraphEncoder.whole(initialization));
    }
    Graph algorithm = info.algorithm();
    if (algorithm != null) {
      proto.setAlgorithm(GraphEncoder.whole(algorithm));
    }
    return proto.build();
  }
}
