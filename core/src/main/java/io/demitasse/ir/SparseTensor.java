package io.demitasse.ir;

import java.util.List;

/** A tensor stored as its non-zero values and their indices, in the COO form of ONNX. */
public record SparseTensor(String name, Tensor values, Tensor indices, List<Long> sizes) {
  public SparseTensor {
    sizes = List.copyOf(sizes);
  }

  public ValueType.OfSparseTensor type() {
    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
    return new ValueType.OfSparseTensor(values.dataType(), Shape.of(shape));
  }

  SparseTensor named(String newName) {
    return new SparseTensor(newName, values, indices, sizes);
  }
}
