package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.TrainingInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the in-memory model from a parsed file. */
final class ModelDecoder {
  private final Source source;
  private final AttributeDecoder attributes;

  ModelDecoder(Source source) {
    this.source = source;
    this.attributes = new AttributeDecoder(source, new TensorDecoder(source));
  }

  Model decode(ModelProto proto) {
    if (!proto.hasGraph()) {
      throw source.bad(
          "holds no graph, expected an ONNX model. It is truncated or of another format.");
    }
    Model model = new Model(GraphDecoder.decode(proto.getGraph(), null, attributes));
    model.irVersion(proto.getIrVersion());
    model.producer(proto.getProducerName(), proto.getProducerVersion());
    model.domain(proto.getDomain());
    model.modelVersion(proto.getModelVersion());
    model.doc(proto.getDocString());
    model.opsets().putAll(opsets(proto.getOpsetImportList()));
    model.metadata().putAll(entries(proto.getMetadataPropsList()));
    proto.getFunctionsList().forEach(function -> model.functions().add(function(function)));
    proto
        .getTrainingInfoList()
        .forEach(info -> model.training().add(training(info, model.graph())));
    return model;
  }

  private Map<String, Long> opsets(List<OperatorSetIdProto> imports) {
    Map<String, Long> opsets = new LinkedHashMap<>();
    for (OperatorSetIdProto each : imports) {
      String domain = domain(each.getDomain());
      Long other = opsets.put(domain, each.getVersion());
      if (other != null && other != each.getVersion()) {
        throw source.bad(
            "imports domain '"
                + domain
                + "' as version "
                + other
                + " and as version "
                + each.getVersion()
                + ", expected one version for each domain.");
      }
    }
    return opsets;
  }

  private Function function(FunctionProto proto) {
    Map<String, Attribute> defaults = new LinkedHashMap<>();
    String place = "function '" + proto.getName() + "'";
    for (AttributeProto each : proto.getAttributeProtoList()) {
      defaults.put(each.getName(), attributes.decode(each, new Graph("", null), place));
    }
    return new Function(
        domain(proto.getDomain()),
        proto.getName(),
        proto.getOverload(),
        proto.getDocString(),
        GraphDecoder.decode(asGraph(proto), null, attributes),
        List.copyOf(proto.getAttributeList()),
        defaults,
        opsets(proto.getOpsetImportList()));
  }

  private static GraphProto asGraph(FunctionProto proto) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(proto.getName());
    proto.getInputList().forEach(input -> graph.addInputBuilder().setName(input));
    proto.getOutputList().forEach(output -> graph.addOutputBuilder().setName(output));
    return graph
        .addAllNode(proto.getNodeList())
        .addAllValueInfo(proto.getValueInfoList())
        .addAllMetadataProps(proto.getMetadataPropsList())
        .build();
  }

  private TrainingInfo training(TrainingInfoProto proto, Graph main) {
    return new TrainingInfo(
        proto.hasInitialization()
            ? GraphDecoder.decode(proto.getInitialization(), null, attributes)
            : null,
        proto.hasAlgorithm() ? GraphDecoder.decode(proto.getAlgorithm(), main, attributes) : null,
        entries(proto.getInitializationBindingList()),
        entries(proto.getUpdateBindingList()));
  }

  /** The name under which ONNX's own operators are known here. */
  static String domain(String written) {
    return written.equals("ai.onnx") ? "" : written;
  }

  static Map<String, String> entries(List<StringStringEntryProto> protos) {
    Map<String, String> entries = new LinkedHashMap<>();
    protos.forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    return entries;
  }
}
