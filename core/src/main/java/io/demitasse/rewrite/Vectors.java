package io.demitasse.rewrite;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.Optional;

/** Constants with one number for each element along the last axis of something. */
public final class Vectors {
  private Vectors() {}

  /** Why a constant is no such vector for a value; empty when it is. */
  public static Optional<String> unfit(Value constant, Value of, DataType type) {
    Tensor tensor = constant.constant().orElseThrow();
    if (tensor.dataType() != type) {
      return Optional.of("'" + constant.name() + "' is " + tensor + ", expected " + type.text());
    }
    boolean vector = tensor.rank() >= 1 && tensor.size(-1) == tensor.elementCount();
    if (!vector) {
      return Optional.of(
          "'"
              + constant.name()
              + "' is "
              + tensor
              + ", expected one number for each element of the last axis");
    }
    return fits(tensor, of)
        ? Optional.empty()
        : Optional.of(
            "'" + constant.name() + "' is " + tensor + ", which does not fit '" + of + "'");
  }

  private static boolean fits(Tensor vector, Value of) {
    if (of.shape().isEmpty()) {
      return vector.rank() == 1 && vector.elementCount() > 1;
    }
    int rank = of.shape().get().rank();
    if (rank < vector.rank()) {
      return false;
    }
    return of.shape().get().dim(-1) instanceof Dim.Fixed(long size)
        ? size == vector.elementCount()
        : vector.elementCount() > 1;
  }

  /** The same numbers with one axis: the value itself when it has one already. */
  public static Value flat(Graph graph, Value constant) {
    Tensor tensor = constant.constant().orElseThrow();
    return tensor.rank() == 1
        ? constant
        : graph.addInitializer(
            graph.freeName(constant.name() + "_flat"), tensor.reshaped(tensor.elementCount()));
  }
}
