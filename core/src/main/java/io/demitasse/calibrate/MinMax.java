package io.demitasse.calibrate;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The range of a float value, reduced inside the graph: two numbers a sample leave the runtime. */
public record MinMax() implements RangeReducer {
  private static final String KIND = "min-max";
  private static final int VERSION = 1;

  @Override
  public String name() {
    return KIND;
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
    return new Extremes(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
  }

  @Override
  public Accumulator<Range> read(DataInput in) throws IOException {
    return switch (ByteForm.begun(in, KIND, VERSION)) {
      case NOTHING -> start();
      case NOT_FINITE -> new Extremes(Float.NaN, Float.NaN);
      case FINITE -> {
        float min = in.readFloat();
        float max = in.readFloat();
        ByteForm.require(
            min <= max && Float.isFinite(min) && Float.isFinite(max),
            "its range is " + min + " to " + max);
        yield new Extremes(min, max);
      }
    };
  }

  /** The least and the greatest number so far. */
  private static final class Extremes implements Accumulator<Range> {
    private float min;
    private float max;

    Extremes(float min, float max) {
      this.min = min;
      this.max = max;
    }

    @Override
    public void add(List<Tensor> tapped) {
      see(tapped.get(0).toFloats()[0], tapped.get(1).toFloats()[0]);
    }

    private void see(float least, float greatest) {
      min = Math.min(min, least);
      max = Math.max(max, greatest);
    }

    @Override
    public void merge(Accumulator<Range> later) {
      if (!(later instanceof Extremes other)) {
        throw new IllegalArgumentException("a range can only be merged with another");
      }
      see(other.min, other.max);
    }

    @Override
    public void write(DataOutput out) throws IOException {
      boolean finite = result().isPresent();
      ByteForm.begin(out, KIND, VERSION, ByteForm.Seen.of(min > max, finite));
      if (finite) {
        out.writeFloat(min);
        out.writeFloat(max);
      }
    }

    @Override
    public Optional<Range> result() {
      boolean finite = min <= max && Float.isFinite(min) && Float.isFinite(max);
      return finite ? Optional.of(new Range(min, max)) : Optional.empty();
    }
  }
}
