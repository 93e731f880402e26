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
import io.demitasse.ir.Verifier;
import io.demitasse.ops.Calls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the in-memory model from a parsed file. */
final class ModelDecoder {
  /** Before this version of the format, a file without imports meant the first operator set. */
  private static final long IMPORTS_FROM_IR_VERSION = 3;

  private final Source source;
  private final AttributeDecoder attributes;

  ModelDecoder(Source source) {
    this.source = source;
    this.attributes = new AttributeDecoder(source, new TensorDecoder(source));
  }

  /**
   * @throws io.demitasse.error.DemitasseException (bad model) when the model is not well formed
   */
  Model decode(ModelProto proto) {
    Scope main = GraphDecoder.decode(proto.getGraph(), null, attributes, "");
    Model model = new Model(main.graph());
    model.irVersion(proto.getIrVersion());
    model.producer(proto.getProducerName(), proto.getProducerVersion());
    model.domain(proto.getDomain());
    model.modelVersion(proto.getModelVersion());
    model.doc(proto.getDocString());
    model.opsets().putAll(opsets(proto.getOpsetImportList()));
    model.metadata().putAll(entries(proto.getMetadataPropsList()));
    proto.getFunctionsList().forEach(function -> model.functions().add(function(function)));
    proto.getTrainingInfoList().forEach(info -> model.training().add(training(info, main)));
    completeImports(model);
    refuse(Verifier.problems(model));
    refuse(Calls.problems(model));
    return model;
  }

  private void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw source.bad(
          problems.getFirst()
              + (problems.size() > 1 ? " (and " + (problems.size() - 1) + " more problems)" : "")
              + ". The model is not well formed; export it again.");
    }
  }

  /**
   * Imports version 1 of domains that the model uses and forgets to import, as runtimes do: domains
   * beside ONNX's own have no other.
   */
  private static void completeImports(Model model) {
    if (model.irVersion() < IMPORTS_FROM_IR_VERSION) {
      model.opsets().putIfAbsent("", 1L);
    }
    completeImports(model.graph(), model.opsets());
    model.functions().forEach(function -> completeImports(function.body(), function.opsets()));
  }

  private static void completeImports(Graph graph, Map<String, Long> opsets) {
    graph.forEachNode(
        node -> {
          if (!node.domain().isEmpty()) {
            opsets.putIfAbsent(node.domain(), 1L);
          }
        });
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
    Scope body = GraphDecoder.decode(asGraph(proto), null, attributes, " in " + place);
    for (AttributeProto each : proto.getAttributeProtoList()) {
      defaults.put(each.getName(), attributes.decode(each, body, place));
    }
    return new Function(
        domain(proto.getDomain()),
        proto.getName(),
        proto.getOverload(),
        proto.getDocString(),
        body.graph(),
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

  private TrainingInfo training(TrainingInfoProto proto, Scope main) {
    Scope initialization =
        proto.hasInitialization()
            ? GraphDecoder.decode(
                proto.getInitialization(), null, attributes, " in the training initialization")
            : null;
    Scope algorithm =
        proto.hasAlgorithm()
            ? GraphDecoder.decode(
                proto.getAlgorithm(), main, attributes, " in the training algorithm")
            : null;
    Scope trained = algorithm == null ? main : algorithm;
    return new TrainingInfo(
        graph(initialization),
        graph(algorithm),
        binding(
            proto.getInitializationBindingList(),
            trained,
            initialization == null ? main : initialization),
        binding(proto.getUpdateBindingList(), trained, trained));
  }

  private static @Nullable Graph graph(@Nullable Scope scope) {
    return scope == null ? null : scope.graph();
  }

  /** Which weight takes which output, by the names they have in memory. */
  private static Map<String, String> binding(
      List<StringStringEntryProto> protos, Scope weights, Scope outputs) {
    Map<String, String> binding = new LinkedHashMap<>();
    entries(protos)
        .forEach((weight, output) -> binding.put(weights.known(weight), outputs.known(output)));
    return binding;
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
