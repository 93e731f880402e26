package io.demitasse.passes.tune;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import java.util.List;
import java.util.Random;

/** Models with products of every kind. */
final class LowRankModels {
  private static final String FRAME =
      """
      ir 10, opset 21, com.microsoft 1
      graph g(x: float[2,3,16], u: float[4,16], p: float[2,4,7,8], m: float[16,5]) -> (y: float[...]) {
        w = float[16,24] ~ 1
        v = float[24,16] ~ 2
        k = float[6,4,3,3] ~ 3
        c = float[6] ~ 4
        b = float[24] ~ 5
        w8 = int8[16,24] ~ 6 in [-127, 127]
        s = float[24] ~ 7 in [0.01, 0.02]
        l = float[20,3] ~ 8
        one = float[6,4,1,1] ~ 9
        g4 = float[4,2,3,3] ~ 10
        n4 = uint8[24,1,8] ~ 11 in [0, 255]
        s4 = float[24] ~ 12 in [0.01, 0.02]
        BODY
      }
      """;

  private LowRankModels() {}

  /**
   * A model that computes y.
   *
   * @param body statements, separated by two spaces
   */
  static Model of(String body) {
    return TextGraph.parse(FRAME.replace("BODY", body.replace("  ", "\n")));
  }

  /** The types of all nodes, of the main graph. */
  static List<String> types(Model model) {
    return model.graph().nodes().stream().map(Node::opType).toList();
  }

  /** Gives the ends of all low-rank paths numbers, as training would. */
  static Model trained(Model model) {
    Model trained = model.copy();
    Random random = new Random(3);
    trained
        .graph()
        .forEachGraph(
            graph ->
                graph.initializers().stream()
                    .filter(value -> value.name().endsWith("_lora_b"))
                    .forEach(value -> graph.setInitializer(value, numbers(value, random))));
    return trained;
  }

  private static Tensor numbers(Value value, Random random) {
    long[] sizes = value.constant().orElseThrow().sizes();
    double[] numbers = random.doubles(Tensor.elementCount(sizes), -.5, .5).toArray();
    return Tensor.ofNumbers(DataType.FLOAT, sizes, numbers);
  }
}
