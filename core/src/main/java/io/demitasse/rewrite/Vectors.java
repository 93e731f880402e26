package io.demitasse.rewrite;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.Optional;

/** Constants with one number for each element along the last axis of something. */
public final class Vectors {
  private Vectors() {}

  /**
   * Why a constant is no such vector for something of a shape; empty when it is.
   *
   * @param shape empty when not even the rank is known; then nothing is sure to fit
   */
  public static Optional<String> unfit(Value constant, Optional<Shape> shape, DataType type) {
    Tensor tensor = constant.constant().orElseThrow();
    if (tensor.dataType() != type) {
      return Optional.of("'" + constant.name() + "' is " + tensor + ", expected " + type.text());
    }
    if (tensor.rank() == 0 || tensor.size(-1) != tensor.elementCount()) {
      return Optional.of(
          "'"
              + constant.name()
              + "' is "
              + tensor
              + ", expected one number for each element of the last axis");
    }
    return fits(tensor, shape)
        ? Optional.empty()
        : Optional.of(
            "'"
                + constant.name()
                + "' is "
                + tensor
                + ", which does not fit "
                + shape.map(Shape::toString).orElse("an unknown shape"));
  }

  private static boolean fits(Tensor vector, Optional<Shape> shape) {
    return shape.isPresent()
        && !Widening.isPossible(vector.shape(), shape)
        && shape.get().dim(-1).equals(Dim.of(vector.elementCount()));
  }

  /** The same numbers with one axis, as an initializer: the value itself when it is one already. */
  public static Value flat(Graph graph, Value constant) {
    Tensor tensor = constant.constant().orElseThrow();
    return tensor.rank() == 1 && constant.producer() == null
        ? constant
        : graph.addInitializer(
            graph.freeName(constant.name() + "_flat"), tensor.reshaped(tensor.elementCount()));
  }
}
