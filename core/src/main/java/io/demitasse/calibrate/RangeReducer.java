package io.demitasse.calibrate;

/** Reduces a float value to a range, which a recipe keeps as two numbers. */
public interface RangeReducer extends Reducer<Range> {
  @Override
  default double[] numbers(Range range) {
    return new double[] {range.min(), range.max()};
  }

  @Override
  default Range ofNumbers(double[] numbers) {
    return new Range((float) numbers[0], (float) numbers[1]);
  }
}
