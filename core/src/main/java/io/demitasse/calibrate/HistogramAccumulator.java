package io.demitasse.calibrate;

import io.demitasse.ir.Tensor;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A histogram in the making, and who reads a range off it. */
record HistogramAccumulator(HistogramReducer reducer, Histogram histogram)
    implements Reducer.Accumulator<Range> {

  @Override
  public void add(List<Tensor> tapped) {
    histogram.add(tapped.getFirst());
  }

  @Override
  public void merge(Reducer.Accumulator<Range> later) {
    if (!(later instanceof HistogramAccumulator other)) {
      throw new IllegalArgumentException("a histogram can only be merged with another");
    }
    histogram.add(other.histogram);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    histogram.write(out);
  }

  @Override
  public Optional<Range> result() {
    return histogram.isFinite() ? Optional.of(reducer.range(histogram)) : Optional.empty();
  }
}
