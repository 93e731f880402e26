package io.demitasse.calibrate;

import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Optional;

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
    Histogram histogram = new Histogram();
    return new Accumulator<>() {
      @Override
      public void add(List<Tensor> tapped) {
        histogram.add(tapped.getFirst());
      }

      @Override
      public Optional<Range> result() {
        return histogram.isFinite() ? Optional.of(range(histogram)) : Optional.empty();
      }
    };
  }
}
