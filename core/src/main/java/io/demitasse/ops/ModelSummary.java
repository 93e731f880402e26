package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.ValueType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A model in numbers, at certain input shapes.
 *
 * @param operators one row an operator, the most frequent first
 * @param layers the nodes that hold weights or multiply, nested ones included, in order
 * @param unknownOperators operators without a row in the table, with their domain
 */
public record ModelSummary(
    List<Port> inputs,
    List<Port> outputs,
    Weights weights,
    Work work,
    List<OperatorRow> operators,
    List<Layer> layers,
    List<String> unknownOperators) {

  /**
   * An input or output.
   *
   * @param type as the file declares it, or null
   * @param facts at the given shapes, or null when nothing is known
   */
  public record Port(String name, @Nullable ValueType type, @Nullable TensorFacts facts) {}

  /**
   * What was learned, wherever it is held.
   *
   * @param parameters numbers of constant tensors, without 64-bit integers, booleans and text,
   *     which are no weights
   * @param bytes bytes of all constant tensors by data type, largest first
   */
  public record Weights(long parameters, Map<DataType, Long> bytes) {

    public long totalBytes() {
      return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * What one run takes.
   *
   * @param multiplyAccumulates of an If, the more expensive branch; of a loop, one turn
   * @param peakActivationBytes the most that inputs and results take at any moment when nodes run
   *     in order and everything is freed after its last reader
   * @param gaps what is not in these numbers, and why; empty when they are complete
   */
  public record Work(long multiplyAccumulates, long peakActivationBytes, List<String> gaps) {
    public boolean isComplete() {
      return gaps.isEmpty();
    }
  }

  /**
   * All nodes of one operator.
   *
   * @param operator with its domain unless that is ONNX's own
   * @param weights bytes of the constants they read, each counted where it is read first
   */
  public record OperatorRow(
      String operator, int count, long parameters, long weights, long multiplyAccumulates) {}

  /**
   * One node.
   *
   * @param node its name, or that of its first output
   * @param output what is known of its first output, or null
   */
  public record Layer(
      String node,
      String operator,
      long parameters,
      long weights,
      long multiplyAccumulates,
      @Nullable TensorFacts output) {}

  public ModelSummary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = List.copyOf(operators);
    layers = List.copyOf(layers);
    unknownOperators = List.copyOf(unknownOperators);
  }

  /** The layers that take the most of something, most first. */
  public List<Layer> heaviest(int count, ToLongFunction<Layer> measure) {
    return layers.stream()
        .sorted(Comparator.comparingLong(measure).reversed())
        .limit(count)
        .toList();
  }

  /**
   * Summarizes a model.
   *
   * @param inputShapes sizes by input name; inputs not given are taken as they are declared
   */
  public static ModelSummary of(Model model, Map<String, long[]> inputShapes) {
    return new Summarizing(model, ShapeInference.infer(model, inputShapes)).summary();
  }
}
