package io.demitasse.passes.tune;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * A weight and the product of two narrow matrices together, in double precision and rounded once.
 * Where the product is zero, the weight keeps every bit.
 *
 * @param weight floats, row by row as the product
 * @param left [rows, rank]
 * @param right [rank, columns]
 * @param factor what the product is multiplied by
 */
record MergedWeight(Tensor weight, Matrix left, Matrix right, double factor)
    implements Computation {

  /** One row, in double precision. */
  private interface Row {
    void visit(int row, float[] weights, double[] added);
  }

  @Override
  public List<Result> results() {
    return List.of(Result.of(DataType.FLOAT, weight.sizes()));
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    MemorySegment destination = destinations.getFirst();
    forEachRow(
        (row, weights, added) -> {
          for (int i = 0; i < weights.length; i++) {
            weights[i] = merged(weights[i], added[i]);
          }
          long start = (long) row * weights.length;
          MemorySegment.copy(
              weights, 0, destination, Tensor.F32, Float.BYTES * start, weights.length);
        });
  }

  /** Minus zero plus zero would be zero. */
  private static float merged(float weight, double added) {
    return added == 0 ? weight : (float) (weight + added);
  }

  /** Whether floats hold all that comes out. */
  boolean isFinite() {
    boolean[] finite = {true};
    forEachRow(
        (_, weights, added) -> {
          for (int i = 0; i < weights.length; i++) {
            finite[0] &= Float.isFinite(merged(weights[i], added[i]));
          }
        });
    return finite[0];
  }

  private void forEachRow(Row visitor) {
    int columns = right.columns();
    int rank = left.columns();
    float[] rows = left.numbers();
    float[] between = right.numbers();
    float[] weights = new float[columns];
    double[] added = new double[columns];
    for (int row = 0; row < left.rows(); row++) {
      Arrays.fill(added, 0);
      for (int r = 0; r < rank; r++) {
        double times = factor * rows[row * rank + r];
        for (int i = 0; i < columns; i++) {
          added[i] += times * between[r * columns + i];
        }
      }
      long start = (long) row * columns;
      MemorySegment.copy(weight.bytes(), Tensor.F32, Float.BYTES * start, weights, 0, columns);
      visitor.visit(row, weights, added);
    }
  }
}
