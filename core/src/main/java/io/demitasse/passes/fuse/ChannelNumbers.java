package io.demitasse.passes.fuse;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * Numbers that belong to the channels of a value: factors or shifts.
 *
 * @param numbers one a channel, or a single one for all
 * @param axis where the channels lie, negative from the last; without meaning for a single number
 */
record ChannelNumbers(double[] numbers, int axis) {

  boolean isUniform() {
    return numbers.length == 1;
  }

  boolean all(DoublePredicate condition) {
    return Arrays.stream(numbers).allMatch(condition);
  }

  /** One a channel, in any case. */
  double[] spread(int channels) {
    if (!isUniform()) {
      return numbers.clone();
    }
    double[] spread = new double[channels];
    Arrays.fill(spread, numbers[0]);
    return spread;
  }

  /**
   * As floats that broadcast to the value: one number without dimensions, or [channels, 1, ...].
   */
  Tensor tensor() {
    long[] sizes = new long[isUniform() ? 0 : -axis];
    Arrays.fill(sizes, 1);
    if (!isUniform()) {
      sizes[0] = numbers.length;
    }
    return Tensor.ofNumbers(DataType.FLOAT, sizes, numbers);
  }

  /** The same numbers where the channels lie elsewhere. */
  ChannelNumbers at(int newAxis) {
    return new ChannelNumbers(numbers, newAxis);
  }
}
