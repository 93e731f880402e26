package io.demitasse.testkit;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import java.util.List;
import java.util.Random;

/**
 * Small random models as exporters write them: convolutional networks and transformers, spelled in
 * several ways, over several operator sets, weights in initializers or in {@code Constant} nodes,
 * with dead nodes, shared values and intermediate results among the outputs. The seed decides
 * everything.
 */
public final class GraphGenerator {
  /** An operator set with the IR version of its time. */
  private record Era(int opset, int irVersion) {}

  private static final List<Era> ERAS =
      List.of(new Era(9, 4), new Era(11, 6), new Era(13, 7), new Era(17, 8), new Era(21, 10));

  private GraphGenerator() {}

  /** A convolutional network for an even seed, a transformer for an odd one. */
  public static Model model(long seed) {
    return model(seed, 1);
  }

  /** The same, over one of the operator sets from a lowest one on. */
  public static Model model(long seed, int lowestOpset) {
    Random random = new Random(seed);
    List<Era> eras = ERAS.stream().filter(era -> era.opset() >= lowestOpset).toList();
    Era era = eras.get(random.nextInt(eras.size()));
    Graph graph = new Graph("seed_" + seed, null);
    Sketch sketch =
        new Sketch(
            graph, random, era.opset(), random.nextDouble() < 0.3, random.nextDouble() < 0.7);
    Value result = seed % 2 == 0 ? image(sketch) : tokens(sketch);
    graph.addOutput(result);
    alsoGiveOut(graph, result, random);
    Model model = new Model(graph);
    model.irVersion(era.irVersion());
    model.opsets().put("", (long) era.opset());
    declareOutputs(model);
    return model;
  }

  private static Value image(Sketch sketch) {
    Dim batch = sketch.oneOf(Dim.named("N"), Dim.UNKNOWN, Dim.of(2));
    Shape shape = new Shape(List.of(batch, Dim.of(3), Dim.of(9), Dim.of(10)));
    Value picture = sketch.graph().addInput("x", ValueType.tensor(DataType.FLOAT, shape));
    return new ImageBlocks(sketch).network(picture, 3);
  }

  private static Value tokens(Sketch sketch) {
    Shape shape =
        new Shape(List.of(Dim.named("batch"), sketch.oneOf(Dim.named("sequence"), Dim.of(7))));
    Graph graph = sketch.graph();
    Value ids = graph.addInput("input_ids", ValueType.tensor(DataType.INT64, shape));
    Value mask = graph.addInput("attention_mask", ValueType.tensor(DataType.INT64, shape));
    Value flag = graph.addInput("flag", ValueType.tensor(DataType.BOOL));
    return new TokenBlocks(sketch).network(ids, mask, flag);
  }

  /** Sometimes makes an intermediate result an output too, which a rewrite must then keep. */
  private static void alsoGiveOut(Graph graph, Value result, Random random) {
    if (random.nextDouble() < 0.3) {
      List<Value> candidates =
          graph.nodes().stream()
              .filter(node -> !node.is("Constant") && !node.is("Shape"))
              .map(node -> node.output())
              .filter(value -> value != result)
              .toList();
      Value chosen = candidates.get(random.nextInt(candidates.size()));
      graph.addOutput(chosen);
    }
  }

  /** Nearly everything is floats, and what is made of masks is not. */
  private static void declareOutputs(Model model) {
    InferredShapes shapes = ShapeInference.proved(model);
    for (Value output : model.graph().outputs()) {
      DataType type = shapes.dataType(output).orElse(DataType.FLOAT);
      output.type(ValueType.tensor(type, (Shape) null));
    }
  }
}
