package io.demitasse.passes.quantize;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import io.demitasse.rewrite.Scalars;
import java.util.Optional;

/**
 * What a node cuts off: everything below {@code low} becomes that, everything above {@code high}
 * becomes that, and nothing else changes.
 *
 * <p>Rounding to 8 bits cuts off where the integers end. On a grid that ends where a {@code Clip}
 * does, to half a step, both give the same integers, so that the {@code Clip} can go. It has to:
 * ONNX Runtime has two rules for dropping one, and what passes only the laxer of them, as a bound
 * that is not on the grid does, it leaves in a graph that it then refuses to load; what passes
 * neither makes it compute the product before it in floats.
 */
record Clipping(double low, double high) {
  /** Nothing is cut off. */
  static final Clipping NONE = new Clipping(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** A little more than half a step, for bounds that are floats and rounded themselves. */
  private static final double HALF = .5 + 1e-3;

  /** What a Relu, a Clip, or a Min or Max with one number cuts off; empty for anything else. */
  static Optional<Clipping> of(Node node) {
    if (Op.RELU.is(node)) {
      return Optional.of(new Clipping(0, Double.POSITIVE_INFINITY));
    }
    if (Op.CLIP.is(node)) {
      double low = bound(node, 1, Double.NEGATIVE_INFINITY);
      double high = bound(node, 2, Double.POSITIVE_INFINITY);
      return Optional.of(new Clipping(low, high)).filter(clipping -> low <= high);
    }
    boolean greatest = Op.MAX.is(node);
    if ((!greatest && !Op.MIN.is(node)) || node.inputs().size() != 2) {
      return Optional.empty();
    }
    return node.constantInput(1 - variable(node))
        .filter(number -> number.rank() == 0 && Scalars.isScalar(number))
        .map(Scalars::of)
        .filter(number -> !number.isNaN())
        .map(
            number ->
                greatest
                    ? new Clipping(number, Double.POSITIVE_INFINITY)
                    : new Clipping(Double.NEGATIVE_INFINITY, number));
  }

  /** A bound of a Clip: NaN when it is not known. */
  private static double bound(Node clip, int input, double none) {
    Value value = clip.input(input);
    if (value == null) {
      return none;
    }
    Optional<Tensor> constant = value.constant().filter(Scalars::isScalar);
    return constant.isPresent() ? Scalars.of(constant.get()) : Double.NaN;
  }

  /** The input of a node that is cut off. */
  static int variable(Node node) {
    return node.constantInput(0).isPresent() ? 1 : 0;
  }

  /** Whether there are numbers on both sides of zero, or zero is a bound: as on every grid. */
  boolean holdsZero() {
    return low <= 0 && high >= 0 && low < high;
  }

  /** This, and another after it, both of which hold zero. */
  Clipping then(Clipping next) {
    return new Clipping(Math.max(low, next.low), Math.min(high, next.high));
  }

  /** Whether rounding to a grid cuts off the same, to half a step. */
  boolean isMadeBy(LinearQuantizer quantizer, Grid grid) {
    double half = HALF * grid.scale();
    double least = (double) grid.scale() * (quantizer.least() - grid.zero());
    double greatest = (double) grid.scale() * (quantizer.greatest() - grid.zero());
    return least >= low - half && greatest <= high + half;
  }

  /** A grid for what is left of a range; for a value that was zero throughout, one within ±1. */
  Grid grid(LinearQuantizer quantizer, double min, double max) {
    double from = Math.max(min, low);
    double to = Math.min(max, high);
    boolean zero = from >= 0 && to <= 0 && !equals(NONE);
    return zero
        ? quantizer.grid((float) Math.max(low, -1), (float) Math.min(high, 1))
        : quantizer.grid((float) from, (float) Math.max(from, to));
  }
}
