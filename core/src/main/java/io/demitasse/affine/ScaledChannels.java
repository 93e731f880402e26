package io.demitasse.affine;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongToIntFunction;

/**
 * Multiplies a weight by one factor a channel, in double precision, rounded once.
 *
 * <p>The weight is seen as [outer, channels, inner]. Where it has groups, outer is divided into as
 * many parts, and the channels of part g are those from g · channels on: so a convolution stores
 * its input channels, and a transposed one its output channels.
 */
public final class ScaledChannels implements Computation {
  private static final int RUN = 1 << 14;

  /** Below, smaller weights come to where floats have fewer digits. */
  private static final double LEAST = 0x1p-103;

  private final Tensor weight;
  private final double[] factors;
  private final int axis;
  private final int groups;

  /**
   * @param weight floats
   * @param factors one for each channel of all groups
   * @param axis the axis of the channels
   * @param groups how many groups have their channels along the axis one after the other in outer;
   *     1 for none
   */
  public ScaledChannels(Tensor weight, double[] factors, int axis, int groups) {
    this.weight = weight;
    this.factors = factors.clone();
    this.axis = axis;
    this.groups = groups;
  }

  @Override
  public List<Result> results() {
    return List.of(Result.of(DataType.FLOAT, weight.sizes()));
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    MemorySegment destination = destinations.getFirst();
    forEachRun(
        (channel, start, run, count) -> {
          for (int k = 0; k < count; k++) {
            run[k] = (float) (run[k] * factors[channel]);
          }
          MemorySegment.copy(run, 0, destination, Tensor.F32, 4 * start, count);
        });
  }

  /** The largest product, without its sign. */
  public double largest() {
    double[] largest = {0};
    forEachRun(
        (channel, _, run, count) -> {
          for (int k = 0; k < count; k++) {
            double product = Math.abs(run[k] * factors[channel]);
            largest[0] = product <= largest[0] ? largest[0] : product; // NaN stays
          }
        });
    return largest[0];
  }

  /**
   * Whether a float holds products well up to the largest: they are neither infinite nor all next
   * to nothing. Single channels that are nothing beside the others are common in trained models.
   */
  public static boolean isHeld(double largest) {
    return largest == 0 || (largest >= LEAST && Float.isFinite((float) largest));
  }

  /**
   * Adds up the products.
   *
   * @param count how many sums there are
   * @param sum to which of them an element of the weight belongs
   */
  public double[] sums(int count, LongToIntFunction sum) {
    double[] sums = new double[count];
    forEachRun(
        (channel, start, run, length) -> {
          for (int k = 0; k < length; k++) {
            sums[sum.applyAsInt(start + k)] += run[k] * factors[channel];
          }
        });
    return sums;
  }

  /** Some weights of one channel that lie behind each other. */
  private interface Run {
    void visit(int channel, long start, float[] weights, int count);
  }

  private void forEachRun(Run visitor) {
    MemorySegment source = weight.bytes();
    long outer = product(0, axis);
    long inner = product(axis + 1, weight.rank());
    int channels = (int) weight.size(axis);
    float[] run = new float[(int) Math.min(RUN, inner)];
    for (long o = 0; o < outer; o++) {
      int group = (int) (o * groups / outer);
      for (int c = 0; c < channels; c++) {
        long start = (o * channels + c) * inner;
        for (long i = 0; i < inner; i += run.length) {
          int count = (int) Math.min(run.length, inner - i);
          MemorySegment.copy(source, Tensor.F32, 4 * (start + i), run, 0, count);
          visitor.visit(group * channels + c, start + i, run, count);
        }
      }
    }
  }

  private long product(int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= weight.size(i);
    }
    return product;
  }
}
