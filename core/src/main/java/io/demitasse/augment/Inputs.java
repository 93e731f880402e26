package io.demitasse.augment;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Inputs of a batch, and the batch with another in the place of one. */
final class Inputs {
  private Inputs() {}

  /** An input of a type that has at least so many axes; empty where there is none. */
  static Optional<Tensor> of(Batch batch, String name, DataType type, int axes) {
    return Optional.ofNullable(batch.inputs().get(name))
        .filter(tensor -> tensor.dataType() == type && tensor.rank() >= axes)
        .filter(tensor -> tensor.elementCount() > 0);
  }

  /** The batch with other numbers in an input of floats, which are computed from its own. */
  static Batch floats(Batch batch, String name, int axes, UnaryOperator<Rows> change) {
    Optional<Tensor> input = of(batch, name, DataType.FLOAT, axes);
    if (input.isEmpty()) {
      return batch;
    }
    Rows changed = change.apply(new Rows(input.get().sizes(), input.get().toFloats()));
    return with(batch, name, Tensor.ofFloats(changed.sizes(), changed.numbers()));
  }

  static Batch with(Batch batch, String name, Tensor tensor) {
    Map<String, Tensor> inputs = new LinkedHashMap<>(batch.inputs());
    inputs.put(name, tensor);
    return new Batch(inputs, batch.targets());
  }

  /**
   * Numbers of examples, row-major.
   *
   * @param numbers may be written to
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Rows(long[] sizes, float[] numbers) {

    /** Of one axis; one below zero counts from the last. */
    int size(int axis) {
      return Math.toIntExact(sizes[axis < 0 ? axis + sizes.length : axis]);
    }

    int examples() {
      return size(0);
    }

    /** Numbers of one example. */
    int length() {
      return numbers.length / examples();
    }
  }
}
