package io.demitasse.testkit;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A language model of any size, whose seeded weights are made only when they are written: a table,
 * layers of two products, and scores of all words at every place.
 *
 * @param words rows of the table and columns of the scores
 * @param width of the vector of a word
 * @param layers each of {@code 8 width^2} weights
 */
public record LargeModel(int words, int width, int layers) {

  /** Bytes of all weights. */
  public long bytes() {
    return Float.BYTES * (2L * words * width + 8L * width * width * layers);
  }

  /** Scores {@code [batch,sequence,words]} of {@code input_ids [batch,sequence]}. */
  public Model model() {
    Model model = new Model(new Graph("large", null));
    model.opsets().put("", 17L);
    Graph graph = model.graph();
    Shape shape = new Shape(List.of(new Dim.Named("batch"), new Dim.Named("sequence")));
    Value ids = graph.addInput("input_ids", new ValueType.OfTensor(DataType.INT64, shape));
    Value value = op(graph, "Gather", weight(graph, "table", words, width), ids);
    for (int layer = 0; layer < layers; layer++) {
      Value wide = op(graph, "MatMul", value, weight(graph, "up" + layer, width, 4L * width));
      Value bent = op(graph, "Tanh", wide);
      Value narrow = op(graph, "MatMul", bent, weight(graph, "down" + layer, 4L * width, width));
      value = op(graph, "Add", value, narrow);
    }
    Value scores = weight(graph, "scores", width, words);
    graph.addOutput(graph.node("MatMul").inputs(value, scores).outputs("logits").append().output());
    return model;
  }

  private static Value op(Graph graph, String type, Value... inputs) {
    return graph.node(type).inputs(List.of(inputs)).outputs(graph.freeName(type)).append().output();
  }

  private static Value weight(Graph graph, String name, long rows, long columns) {
    return graph.addInitializer(
        name, Tensor.deferred(new Seeded(rows, columns, name.hashCode())).getFirst());
  }

  /** Uniform numbers with a variance of 1 over the rows. */
  private record Seeded(long rows, long columns, long seed) implements Computation {
    @Override
    public List<Result> results() {
      return List.of(Result.of(DataType.FLOAT, rows, columns));
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      MemorySegment weight = destinations.getFirst();
      SplittableRandom random = new SplittableRandom(seed);
      float scale = (float) Math.sqrt(12.0 / rows) / (1 << 24);
      for (long i = 0; i < rows * columns; i++) {
        weight.setAtIndex(Tensor.F32, i, scale * ((random.nextInt() >> 8) + 0.5f));
      }
    }
  }
}
