package io.demitasse.calibrate;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * Multiplies all pairs of channels of a value and sums up over everything else. The products of one
 * sample are made by the runtime in 32 bits, and those of all samples summed up in 64. Too much to
 * be kept in a recipe.
 *
 * @param rank how many axes the value has, at least 1
 * @param axis that of the channels, counted from the first
 * @param channels how many there are, from 1 to {@value #MOST_CHANNELS}
 */
public record GramMatrix(int rank, int axis, int channels) implements Reducer<Gram> {
  /** 128 MB for one value. */
  public static final int MOST_CHANNELS = 4096;

  private static final int VERSION = 1;

  public GramMatrix {
    if (axis < 0 || axis >= rank || channels < 1 || channels > MOST_CHANNELS) {
      throw new IllegalArgumentException(channels + " channels along axis " + axis + " of " + rank);
    }
  }

  /**
   * What is observed of a value; empty where its rank is not known or it has too many channels.
   *
   * @param axis that of the channels; below 0 it is counted from the last
   */
  public static Optional<Observation<Gram>> observation(
      String part, Value value, OptionalInt rank, int axis, int channels) {
    if (rank.isEmpty() || channels > MOST_CHANNELS) {
      return Optional.empty();
    }
    int counted = Math.floorMod(axis, rank.getAsInt());
    GramMatrix reducer = new GramMatrix(rank.getAsInt(), counted, channels);
    return Optional.of(Observation.of(part, value, reducer));
  }

  @Override
  public String name() {
    return "gram-" + rank + "-" + axis + "-" + channels;
  }

  @Override
  public boolean isKept() {
    return false;
  }

  @Override
  public List<Value> tap(Graph graph, Value value) {
    Value last = axis == rank - 1 ? value : channelsLast(graph, value);
    Value sizes =
        graph.addInitializer(
            graph.freeName("gram_sizes"), Tensor.ofLongs(new long[] {2}, -1, channels));
    Value rows = made(graph, "Reshape", last, sizes);
    Value turned = transposed(graph, rows, 1, 0);
    return List.of(made(graph, "MatMul", turned, rows), made(graph, "Shape", rows));
  }

  private Value channelsLast(Graph graph, Value value) {
    LongStream others = LongStream.range(0, rank).filter(each -> each != axis);
    return transposed(graph, value, LongStream.concat(others, LongStream.of(axis)).toArray());
  }

  private static Value transposed(Graph graph, Value value, long... order) {
    return graph
        .node("Transpose")
        .inputs(value)
        .attribute("perm", Attribute.ofInts(order))
        .append()
        .output();
  }

  private static Value made(Graph graph, String operator, Value... inputs) {
    return graph.node(operator).inputs(inputs).append().output();
  }

  @Override
  public Accumulator<Gram> start() {
    return new Sums(this);
  }

  /** How many rows, then all sums. */
  @Override
  public double[] numbers(Gram gram) {
    double[] numbers = new double[1 + gram.sums().length];
    numbers[0] = gram.rows();
    System.arraycopy(gram.sums(), 0, numbers, 1, gram.sums().length);
    return numbers;
  }

  @Override
  public Gram ofNumbers(double[] numbers) {
    double[] sums = new double[channels * channels];
    System.arraycopy(numbers, 1, sums, 0, sums.length);
    return new Gram(channels, sums, (long) numbers[0]);
  }

  @Override
  public Accumulator<Gram> read(DataInput in) throws IOException {
    Sums sums = new Sums(this);
    switch (ByteForm.begun(in, name(), VERSION)) {
      case NOTHING -> {}
      case NOT_FINITE -> sums.finite = false;
      case FINITE -> sums.read(in);
    }
    return sums;
  }

  /** The sums so far. */
  private static final class Sums implements Accumulator<Gram> {
    private final GramMatrix reducer;
    private final double[] sums;
    private long rows;
    private boolean finite = true;

    Sums(GramMatrix reducer) {
      this.reducer = reducer;
      this.sums = new double[reducer.channels * reducer.channels];
    }

    @Override
    public void add(List<Tensor> tapped) {
      float[] products = tapped.get(0).toFloats();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += products[i];
        finite &= Float.isFinite(products[i]);
      }
      rows += tapped.get(1).toLongs()[0];
    }

    @Override
    public void merge(Accumulator<Gram> later) {
      if (!(later instanceof Sums other) || !other.reducer.equals(reducer)) {
        throw new IllegalArgumentException(
            "products can only be merged with those of as many channels");
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] += other.sums[i];
      }
      rows += other.rows;
      finite &= other.finite;
    }

    @Override
    public void write(DataOutput out) throws IOException {
      ByteForm.begin(out, reducer.name(), VERSION, ByteForm.Seen.of(finite && rows == 0, finite));
      if (finite && rows > 0) {
        out.writeLong(rows);
        for (double sum : sums) {
          out.writeDouble(sum);
        }
      }
    }

    void read(DataInput in) throws IOException {
      rows = in.readLong();
      ByteForm.require(rows > 0, "it has " + rows + " rows");
      for (int i = 0; i < sums.length; i++) {
        sums[i] = in.readDouble();
        ByteForm.require(Double.isFinite(sums[i]), "it has the sum " + sums[i]);
      }
    }

    @Override
    public Optional<Gram> result() {
      return finite && rows > 0
          ? Optional.of(new Gram(reducer.channels, sums.clone(), rows))
          : Optional.empty();
    }
  }
}
