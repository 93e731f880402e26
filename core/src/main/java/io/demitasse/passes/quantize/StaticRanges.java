package io.demitasse.passes.quantize;

import io.demitasse.calibrate.Range;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import java.util.Optional;

/** The grids of activations, from the ranges they had on data. */
final class StaticRanges {
  /** Beyond this lie masks, which leave no step for anything else. */
  private static final float LARGEST = 1e30f;

  private final QuantizeStatic options;
  private final PassContext context;

  StaticRanges(QuantizeStatic options, PassContext context) {
    this.options = options;
    this.context = context;
  }

  /** Whether a value was seen, and was not so large that its range says nothing. */
  boolean isKnown(Value value) {
    return range(value).isPresent();
  }

  private Optional<Range> range(Value value) {
    return context
        .statistics()
        .get(options.wish(context, value))
        .filter(range -> range.min() > -LARGEST && range.max() < LARGEST);
  }

  /** The grid of a value whose range is known. */
  Grid grid(Value value) {
    Range range = range(value).orElseThrow();
    return LinearQuantizer.forActivations().grid(range.min(), range.max());
  }
}
