package io.demitasse.affine;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * Numbers that belong to the channels of a value: factors or shifts.
 *
 * <p>Channels may be divided into blocks along another axis, as where attention has heads: number
 * {@code b * n / blocks + i} is that of index b along the axis of the blocks and i along the other.
 *
 * @param numbers one a channel, or a single one for all
 * @param axis where the channels lie, negative from the last; without meaning for a single number
 * @param blockAxis where their blocks lie, negative from the last; without meaning for one block
 * @param blocks how many blocks there are
 */
public record ChannelNumbers(double[] numbers, int axis, int blockAxis, int blocks) {

  /** Numbers of channels that lie along one axis. */
  public ChannelNumbers(double[] numbers, int axis) {
    this(numbers, axis, 0, 1);
  }

  /** Whether the channels lie along two axes. */
  public boolean isDivided() {
    return blocks > 1;
  }

  /** How many channels a block has. */
  public int inside() {
    return numbers.length / blocks;
  }

  public boolean isUniform() {
    return numbers.length == 1;
  }

  public boolean all(DoublePredicate condition) {
    return Arrays.stream(numbers).allMatch(condition);
  }

  /** One a channel, in any case. */
  public double[] spread(int channels) {
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
  public Tensor tensor() {
    long[] sizes = new long[isUniform() ? 0 : -axis];
    Arrays.fill(sizes, 1);
    if (!isUniform()) {
      sizes[0] = numbers.length;
    }
    return Tensor.ofNumbers(DataType.FLOAT, sizes, numbers);
  }
}
