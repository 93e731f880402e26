package io.demitasse.passes.fuse;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The weight of two convolutions behind each other, of which the second looks at single places: a
 * product of matrices in double precision, rounded once.
 */
final class ComposedWeights implements Computation {
  private final Tensor first;
  private final Tensor second;

  /**
   * @param first [between, ...] floats
   * @param second [out, between, 1, ...] floats
   */
  ComposedWeights(Tensor first, Tensor second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public List<Result> results() {
    long[] sizes = first.sizes();
    sizes[0] = second.size(0);
    return List.of(Result.of(DataType.FLOAT, sizes));
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    MemorySegment destination = destinations.getFirst();
    forEachRow(
        (out, sums) -> {
          for (int i = 0; i < sums.length; i++) {
            destination.setAtIndex(Tensor.F32, (long) out * sums.length + i, (float) sums[i]);
          }
        });
  }

  /** The largest weight, without its sign. */
  double largest() {
    double[] largest = {0};
    forEachRow(
        (_, sums) ->
            largest[0] =
                Math.max(largest[0], Arrays.stream(sums).map(Math::abs).reduce(0, Math::max)));
    return largest[0];
  }

  private interface Row {
    void visit(int out, double[] sums);
  }

  private void forEachRow(Row visitor) {
    int out = (int) second.size(0);
    int between = (int) second.size(1);
    int inner = (int) (first.elementCount() / first.size(0));
    MemorySegment rows = first.bytes();
    MemorySegment factors = second.bytes();
    float[] row = new float[inner];
    double[] sums = new double[inner];
    for (int o = 0; o < out; o++) {
      Arrays.fill(sums, 0);
      for (int m = 0; m < between; m++) {
        MemorySegment.copy(rows, Tensor.F32, 4L * m * inner, row, 0, inner);
        add(factors.getAtIndex(Tensor.F32, (long) o * between + m), row, sums);
      }
      visitor.visit(o, sums);
    }
  }

  private static void add(double factor, float[] row, double[] sums) {
    for (int i = 0; i < row.length; i++) {
      sums[i] += factor * row[i];
    }
  }

  /** The biases of the first, seen through the second, with the biases of the second. */
  float[] bias(float[] ofFirst, float[] ofSecond) {
    int out = (int) second.size(0);
    int between = (int) second.size(1);
    float[] factors = second.toFloats();
    float[] bias = new float[out];
    for (int o = 0; o < out; o++) {
      double sum = ofSecond.length == 0 ? 0 : ofSecond[o];
      for (int m = 0; m < between && ofFirst.length > 0; m++) {
        sum += (double) factors[o * between + m] * ofFirst[m];
      }
      bias[o] = (float) sum;
    }
    return bias;
  }
}
