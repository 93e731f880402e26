package io.demitasse.torch.kernel;

import java.util.List;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Computes one node. Whatever it makes on the way belongs to the scope that it is called in, which
 * keeps the results alone. It never changes an input.
 */
@FunctionalInterface
public interface Kernel {

  /**
   * Computes.
   *
   * @return a result for each output of the node, in order; null where the node has none there
   */
  List<@Nullable Tensor> compute(Call call);

  /** One that has a single result. */
  static Kernel of(Function<Call, Tensor> result) {
    return call -> List.of(result.apply(call));
  }
}
