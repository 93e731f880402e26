package io.demitasse.affine;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.Op;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongToIntFunction;

/**
 * The input channels of a convolution or product, whose factors its weight can take over, and whose
 * shifts its bias can.
 *
 * <p>Computed in double precision and rounded once.
 */
public record LinearInput(Node node) {

  /**
   * The weight that gives of x what the weight gave of factors · x.
   *
   * @throws NotFoldable when there is none
   */
  public ScaledChannels weight(ChannelNumbers factors) {
    ScaledChannels scaled = scaled(factors);
    if (!ScaledChannels.isHeld(scaled.largest())) {
      throw new NotFoldable("the weight of " + node + " would leave the range of floats");
    }
    return scaled;
  }

  /**
   * What is to be added to the output channels of x, so that they are those of x + shifts.
   *
   * @throws NotFoldable when it is not the same everywhere, or the node has no bias
   */
  public ChannelAffine bias(ChannelNumbers shifts) {
    if (Op.CONV_TRANSPOSE.is(node) || Op.MAT_MUL.is(node)) {
      throw new NotFoldable(node + " takes no shift of its input into a bias");
    }
    Tensor weight = requireWeight();
    if (Op.CONV.is(node) && pads(weight)) {
      throw new NotFoldable(node + " pads with zeros, which have no shift");
    }
    int outputs = (int) weight.size(outputAxis(weight));
    double[] sums = scaled(shifts).sums(outputs, outputChannel(weight));
    double alpha = Op.GEMM.is(node) ? node.realAttribute("alpha", 1) : 1;
    double[] added = Arrays.stream(sums).map(sum -> alpha * sum).toArray();
    ChannelAffine affine = new ChannelAffine(ChannelAffine.identity(outputs).factors(), added);
    if (!new LinearNode(node).holds(affine)) {
      throw new NotFoldable("the bias of " + node + " would leave the range of floats");
    }
    return affine;
  }

  private ScaledChannels scaled(ChannelNumbers numbers) {
    Tensor weight = requireWeight();
    int axis = inputAxis(weight);
    int groups = Op.CONV.is(node) ? (int) node.intAttribute("group", 1) : 1;
    int channels = (int) weight.size(axis) * groups;
    int expected = isConvolution() ? 1 - weight.rank() : -1;
    boolean fits =
        numbers.isUniform()
            || (!numbers.isDivided()
                && numbers.numbers().length == channels
                && numbers.axis() == expected);
    if (!fits) {
      throw new NotFoldable(node + " does not read the channels along their axis");
    }
    return new ScaledChannels(weight, numbers.spread(channels), axis, groups);
  }

  private Tensor requireWeight() {
    Optional<String> unfit = new LinearNode(node).unfit();
    if (unfit.isPresent()) {
      throw new NotFoldable(unfit.get());
    }
    if (Op.GEMM.is(node) && node.intAttribute("transA", 0) != 0) {
      throw new NotFoldable(node + " transposes its activation");
    }
    Tensor weight = node.constantInput(1).orElseThrow();
    if (weight.elementCount() == 0) {
      throw new NotFoldable("the weight of " + node + " is empty");
    }
    return weight;
  }

  private boolean isConvolution() {
    return Op.CONV.is(node) || Op.CONV_TRANSPOSE.is(node);
  }

  private int inputAxis(Tensor weight) {
    if (Op.CONV.is(node)) {
      return 1;
    }
    return Op.CONV_TRANSPOSE.is(node) ? 0 : Op.GEMM.is(node) ? transposed() : weight.rank() - 2;
  }

  private int outputAxis(Tensor weight) {
    return Op.CONV.is(node) ? 0 : 1 - inputAxis(weight);
  }

  private int transposed() {
    return node.intAttribute("transB", 0) != 0 ? 1 : 0;
  }

  /** Which output channel an element of the weight works for. */
  private LongToIntFunction outputChannel(Tensor weight) {
    long each = weight.elementCount() / weight.size(0);
    long last = weight.size(-1);
    return outputAxis(weight) == 0 ? i -> (int) (i / each) : i -> (int) (i % last);
  }

  private boolean pads(Tensor weight) {
    boolean pointwise = Arrays.stream(weight.sizes()).skip(2).allMatch(size -> size == 1);
    return switch (node.textAttribute("auto_pad", "NOTSET")) {
      case "NOTSET" -> Arrays.stream(node.intsAttribute("pads")).anyMatch(pad -> pad != 0);
      case "VALID" -> false;
      default -> !pointwise;
    };
  }
}
