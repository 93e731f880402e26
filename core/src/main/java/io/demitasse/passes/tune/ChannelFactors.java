package io.demitasse.passes.tune;

import io.demitasse.ir.Tensor;
import java.util.Arrays;

/**
 * What two values differ by, over all that is added: whether it is little else than a factor for
 * each of their channels along one axis.
 */
final class ChannelFactors {
  /** Rows that tell a factor from chance. */
  private static final int ROWS = 8;

  /** What is less than this of the size of values is no difference. */
  private static final double EQUAL = 1e-6;

  /** Factors are all there is where no more than this share of the difference is left. */
  private static final double LEFT = .1;

  private final int axis;
  private double[] squares = {};
  private double[] products = {};
  private double difference;
  private double size;
  private long rows;
  private boolean regular = true;

  /**
   * @param axis along which channels lie, negative from the last
   */
  ChannelFactors(int axis) {
    this.axis = axis;
  }

  /**
   * Adds values.
   *
   * @param theirs of the same sizes
   */
  void add(Tensor ours, Tensor theirs) {
    long[] sizes = ours.sizes();
    int place = axis < 0 ? sizes.length + axis : axis;
    if (place < 1 || place >= sizes.length) {
      regular = false;
      return;
    }
    int channels = (int) sizes[place];
    if (squares.length == 0) {
      squares = new double[channels];
      products = new double[channels];
    }
    regular &= squares.length == channels && channels > 0;
    if (regular) {
      int inner = (int) Tensor.elementCount(Arrays.copyOfRange(sizes, place + 1, sizes.length));
      add(ours.toFloats(), theirs.toFloats(), inner);
    }
  }

  private void add(float[] ours, float[] theirs, int inner) {
    rows += ours.length / squares.length;
    for (int i = 0; i < ours.length; i++) {
      int channel = i / inner % squares.length;
      squares[channel] += (double) ours[i] * ours[i];
      products[channel] += (double) ours[i] * theirs[i];
      difference += ((double) ours[i] - theirs[i]) * ((double) ours[i] - theirs[i]);
      size += (double) theirs[i] * theirs[i];
    }
  }

  /** Whether factors are nearly all that the values differ by. */
  boolean areAll() {
    double left = size;
    for (int channel = 0; channel < squares.length; channel++) {
      if (squares[channel] > 0) {
        left -= products[channel] * products[channel] / squares[channel];
      }
    }
    return regular && rows >= ROWS && difference > EQUAL * size && left < LEFT * difference;
  }
}
