package io.demitasse.calibrate;

import java.io.DataInput;
import java.io.IOException;

/**
 * Reduces a float value to a {@linkplain Histogram histogram}, and that to the range that is worth
 * telling apart. The whole value leaves the runtime, but each sample leaves behind no more than its
 * counts.
 */
public interface HistogramReducer extends RangeReducer {

  /**
   * Reads the range off a histogram that has seen numbers, all of them finite.
   *
   * @return a range within what was seen
   */
  Range range(Histogram histogram);

  @Override
  default Accumulator<Range> start() {
    return new HistogramAccumulator(this, new Histogram());
  }

  /** Reads what any reducer of a histogram has gathered: the histogram is the same for all. */
  @Override
  default Accumulator<Range> read(DataInput in) throws IOException {
    return new HistogramAccumulator(this, Histogram.read(in));
  }
}
