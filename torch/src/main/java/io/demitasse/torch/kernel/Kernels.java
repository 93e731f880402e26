package io.demitasse.torch.kernel;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Node;
import io.demitasse.ops.Op;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What there is a kernel for, by operator. */
public final class Kernels {
  private static final Map<Op, Kernel> ALL = new EnumMap<>(Op.class);

  static {
    ALL.putAll(ActivationKernels.ALL);
    ALL.putAll(ArithmeticKernels.ALL);
    ALL.putAll(MovementKernels.ALL);
    ALL.putAll(IndexKernels.ALL);
    ALL.putAll(ProductKernels.ALL);
    ALL.putAll(NormalizationKernels.ALL);
    ALL.putAll(ReductionKernels.ALL);
    ALL.putAll(WindowKernels.ALL);
    ALL.putAll(RecurrenceKernels.ALL);
    ALL.putAll(GeneratorKernels.ALL);
    ALL.putAll(QuantizationKernels.ALL);
    ALL.putAll(AttentionKernels.ALL);
    ALL.putAll(ControlKernels.ALL);
  }

  /** Of a product of matrices, with a third input that is added to it. */
  public static final Kernel PRODUCT_WITH_BIAS = Kernel.of(ProductKernels::productWithBias);

  /** Of a number times its hard sigmoid, by the attributes of the latter. */
  public static final Kernel HARD_GATED = Kernel.of(ActivationKernels::hardGated);

  /** Of a first input times the second, and the third added. */
  public static final Kernel SCALED_AND_SHIFTED = Kernel.of(ArithmeticKernels::scaledAndShifted);

  /** Of a first input that is rounded to the grid of the others and back, so many times. */
  public static Kernel roundedAndBack(int times) {
    return call -> QuantizationKernels.roundedAndBack(call, times);
  }

  private Kernels() {}

  /** Whether there is a kernel for an operator. */
  public static boolean has(Op op) {
    return ALL.containsKey(op);
  }

  /** The kernel of a node's operator; empty where there is none. */
  public static Optional<Kernel> find(Node node) {
    return Op.of(node).map(ALL::get);
  }

  /**
   * The kernel of a node's operator.
   *
   * @throws DemitasseException (bad model) where there is none
   */
  public static Kernel of(Node node) {
    return find(node)
        .orElseThrow(
            () ->
                DemitasseException.badModel(
                    node + " cannot be trained through: no gradient of it is known here."));
  }
}
