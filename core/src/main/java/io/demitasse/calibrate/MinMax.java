package io.demitasse.calibrate;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.List;
import java.util.Optional;

/** The range of a float value, reduced inside the graph: two numbers a sample leave the runtime. */
public record MinMax() implements RangeReducer {

  @Override
  public String name() {
    return "min-max";
  }

  @Override
  public List<Value> tap(Graph graph, Value value) {
    return List.of(reduce(graph, "ReduceMin", value), reduce(graph, "ReduceMax", value));
  }

  private static Value reduce(Graph graph, String opType, Value value) {
    return graph.node(opType).inputs(value).attribute("keepdims", 0).append().output();
  }

  @Override
  public Accumulator<Range> start() {
    return new Accumulator<>() {
      private float min = Float.POSITIVE_INFINITY;
      private float max = Float.NEGATIVE_INFINITY;

      @Override
      public void add(List<Tensor> tapped) {
        min = Math.min(min, tapped.get(0).toFloats()[0]);
        max = Math.max(max, tapped.get(1).toFloats()[0]);
      }

      @Override
      public Optional<Range> result() {
        boolean finite = min <= max && Float.isFinite(min) && Float.isFinite(max);
        return finite ? Optional.of(new Range(min, max)) : Optional.empty();
      }
    };
  }
}
