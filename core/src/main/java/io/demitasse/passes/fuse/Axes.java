package io.demitasse.passes.fuse;

import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import java.util.Optional;

/** The axes of reductions, which are an attribute or, since opset 18, an input. */
final class Axes {
  private Axes() {}

  /** Whether a reduction keeps its axes and runs over the last one alone. */
  static boolean isLast(Node reduction, Optional<Shape> reduced) {
    long[] axes =
        reduction.input(1) == null
            ? reduction.intsAttribute("axes")
            : reduction.constantInput(1).map(Tensor::toLongs).orElse(new long[0]);
    Optional<Integer> rank = reduced.map(Shape::rank);
    return reduction.intAttribute("keepdims", 1) == 1
        && axes.length == 1
        && (axes[0] == -1 || (rank.isPresent() && axes[0] == rank.get() - 1));
  }
}
