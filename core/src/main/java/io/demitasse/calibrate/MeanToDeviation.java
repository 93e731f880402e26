package io.demitasse.calibrate;

import io.demitasse.ir.Tensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * How far the mean of a row is from zero at most, in deviations of that row: {@code max |μ| / √(σ²
 * + ε)} over all rows along the last axis. As a normalization with that ε divides, so that rows of
 * nothing but zeros count as 0.
 *
 * <p>Computed in double precision from the whole value, which leaves the runtime: in floats, the
 * very rows that are looked for would lose their deviation.
 *
 * @param epsilon what is added to the variance, not negative
 */
public record MeanToDeviation(float epsilon) implements Reducer<Double> {
  private static final int VERSION = 1;

  /** Names ε too, for two normalizations of one value may differ in it. */
  @Override
  public String name() {
    return "mean-to-deviation-" + epsilon;
  }

  @Override
  public double[] numbers(Double ratio) {
    return new double[] {ratio};
  }

  @Override
  public Double ofNumbers(double[] numbers) {
    return numbers[0];
  }

  @Override
  public Accumulator<Double> start() {
    return new Most(this, Double.NEGATIVE_INFINITY);
  }

  @Override
  public Accumulator<Double> read(DataInput in) throws IOException {
    return switch (ByteForm.begun(in, name(), VERSION)) {
      case NOTHING -> start();
      case NOT_FINITE -> new Most(this, Double.NaN);
      case FINITE -> {
        double most = in.readDouble();
        ByteForm.require(most >= 0 && Double.isFinite(most), "its ratio is " + most);
        yield new Most(this, most);
      }
    };
  }

  /** The farthest row so far. */
  private static final class Most implements Accumulator<Double> {
    private final MeanToDeviation reducer;
    private double most;

    Most(MeanToDeviation reducer, double most) {
      this.reducer = reducer;
      this.most = most;
    }

    @Override
    public void add(List<Tensor> tapped) {
      Tensor tensor = tapped.getFirst();
      int width = tensor.rank() == 0 ? 1 : Math.toIntExact(tensor.size(tensor.rank() - 1));
      float[] numbers = tensor.toFloats();
      for (int from = 0; from < numbers.length; from += width) {
        most = Math.max(most, reducer.ratio(numbers, from, width));
      }
    }

    @Override
    public void merge(Accumulator<Double> later) {
      if (!(later instanceof Most other) || !other.reducer.equals(reducer)) {
        throw new IllegalArgumentException("a ratio can only be merged with one of the same ε");
      }
      most = Math.max(most, other.most);
    }

    @Override
    public void write(DataOutput out) throws IOException {
      boolean finite = Double.isFinite(most);
      ByteForm.Seen seen = ByteForm.Seen.of(most == Double.NEGATIVE_INFINITY, finite);
      ByteForm.begin(out, reducer.name(), VERSION, seen);
      if (finite) {
        out.writeDouble(most);
      }
    }

    @Override
    public Optional<Double> result() {
      return Double.isFinite(most) ? Optional.of(most) : Optional.empty();
    }
  }

  private double ratio(float[] numbers, int from, int width) {
    double sum = 0;
    for (int i = from; i < from + width; i++) {
      sum += numbers[i];
    }
    double mean = sum / width;
    double squares = 0;
    for (int i = from; i < from + width; i++) {
      squares += (numbers[i] - mean) * (numbers[i] - mean);
    }
    double deviation = Math.sqrt(squares / width + epsilon);
    return mean == 0 ? 0 : Math.abs(mean) / deviation;
  }
}
