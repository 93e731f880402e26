package io.demitasse.zoo.weights;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Some rows of a stored tensor as floats, as they are or turned from {@code [rows,columns]} to
 * {@code [columns,rows]}; a tensor of one axis has rows of one number.
 *
 * @param from the first row
 * @param rows how many
 */
record StoredRows(Tensor stored, long from, long rows, boolean turned, Result result)
    implements Computation {

  /**
   * A tensor of some rows.
   *
   * @param sizes of what is made
   */
  static Tensor of(Tensor stored, long from, long rows, boolean turned, long... sizes) {
    Result result = Result.of(DataType.FLOAT, sizes);
    return Tensor.deferred(new StoredRows(stored, from, rows, turned, result)).getFirst();
  }

  @Override
  public List<Result> results() {
    return List.of(result);
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    MemorySegment made = destinations.getFirst();
    int columns = Math.toIntExact(made.byteSize() / Float.BYTES / rows);
    for (long row = 0; row < rows; row++) {
      float[] numbers = stored.toFloats((from + row) * columns, columns);
      for (int column = 0; column < columns; column++) {
        long index = turned ? column * rows + row : row * columns + column;
        made.setAtIndex(Tensor.F32, index, numbers[column]);
      }
    }
  }
}
