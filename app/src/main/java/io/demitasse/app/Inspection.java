package io.demitasse.app;

import static java.util.stream.Collectors.joining;

import io.demitasse.data.InputShapes;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.ArchiveSize;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.InventedInputs;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ops.ModelSummary;
import io.demitasse.ops.TensorFacts;
import io.demitasse.ops.ZeroWeights;
import io.demitasse.port.Ports;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a model, in text and numbers alone.
 *
 * @param file with its size, external data included
 * @param weights with bytes by data type, largest first
 * @param work what one run takes at the sizes of the inputs
 * @param nodes all operators, and in order the layers that hold weights or multiply
 */
record Inspection(
    ModelFile file,
    List<Port> inputs,
    List<Port> outputs,
    Weights weights,
    ModelSummary.Work work,
    Nodes nodes,
    List<Profile> profiles) {

  /** The file and who made it. */
  record ModelFile(String name, long bytes, long opset, long irVersion, String producer) {}

  /** An input or output: its type as declared, its sizes in this inspection as far as known. */
  record Port(String name, String type, String sizes) {}

  /**
   * What was learned.
   *
   * @param zeroShare of the numbers in matrices and windows
   * @param archiveBytes what the files take in an archive; 0 where few weights are zero
   */
  record Weights(
      long parameters,
      long bytes,
      Map<String, Long> bytesByType,
      double zeroShare,
      long archiveBytes) {}

  /** What computes. */
  record Nodes(
      List<ModelSummary.OperatorRow> operators, List<Layer> layers, List<String> unknown) {}

  /** A node that holds weights or multiplies. */
  record Layer(
      String node,
      String operator,
      String output,
      long parameters,
      long weightBytes,
      long multiplyAccumulates) {}

  /**
   * @param sizes sizes of open dimensions; the others are guessed
   * @param memory what a run at guessed sizes stays within
   */
  static Inspection of(Path path, Model model, Map<String, Long> sizes, Memory memory) {
    return of(path, model, ModelSummary.of(model, inputShapes(model, sizes, memory)));
  }

  /** At the sizes of inputs that were run. */
  static Inspection of(Path path, Model model, Workload run) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    run.inputs().forEach((name, tensor) -> shapes.put(name, tensor.sizes()));
    return of(path, model, ModelSummary.of(model, shapes));
  }

  private static Inspection of(Path path, Model model, ModelSummary summary) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    summary.weights().bytes().forEach((type, count) -> bytes.put(type.text(), count));
    ZeroWeights zeros = ZeroWeights.of(model);
    return new Inspection(
        file(path, model),
        summary.inputs().stream().map(Inspection::port).toList(),
        summary.outputs().stream().map(Inspection::port).toList(),
        new Weights(
            summary.weights().parameters(),
            summary.weights().totalBytes(),
            Collections.unmodifiableMap(bytes),
            zeros.share(),
            zeros.areMany() ? ArchiveSize.of(files(path).all()) : 0),
        summary.work(),
        new Nodes(
            summary.operators(),
            summary.layers().stream().map(Inspection::layer).toList(),
            summary.unknownOperators()),
        List.of());
  }

  Inspection with(List<Profile> measured) {
    return new Inspection(file, inputs, outputs, weights, work, nodes, measured);
  }

  private static BundleFiles files(Path path) {
    return BundleFiles.of(Ports.find().format(), Map.of(Bundle.SINGLE, path));
  }

  private static ModelFile file(Path path, Model model) {
    return new ModelFile(
        String.valueOf(path.getFileName()),
        files(path).bytes(),
        model.opset(),
        model.irVersion(),
        (model.producerName() + " " + model.producerVersion()).strip());
  }

  /** A model whose inputs cannot be guessed is inspected as it is declared. */
  private static Map<String, long[]> inputShapes(
      Model model, Map<String, Long> sizes, Memory memory) {
    try {
      InventedInputs invented = new InventedInputs(model.graph(), sizes, memory);
      return InputShapes.of(model.graph(), invented.likelySizes());
    } catch (DemitasseException e) {
      if (sizes.isEmpty()) {
        return Map.of();
      }
      throw e;
    }
  }

  private static Port port(ModelSummary.Port port) {
    return new Port(port.name(), String.valueOf(port.type()), sizes(port.facts()));
  }

  private static Layer layer(ModelSummary.Layer layer) {
    return new Layer(
        layer.node(),
        layer.operator(),
        sizes(layer.output()),
        layer.parameters(),
        layer.weights(),
        layer.multiplyAccumulates());
  }

  private static String sizes(@Nullable TensorFacts facts) {
    return facts == null
        ? "?"
        : Arrays.stream(facts.sizes())
            .mapToObj(size -> size == TensorFacts.OPEN ? "?" : Long.toString(size))
            .collect(joining(",", "[", "]"));
  }
}
