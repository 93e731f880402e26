package io.demitasse.passes.quantize;

import io.demitasse.ir.Node;
import io.demitasse.ops.Op;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import java.util.Optional;

/**
 * {@code HardSigmoid} by the rounding to 8 bits alone. The function is a straight line between 0
 * and 1, and integers end where it does:
 *
 * <pre>
 *   x ─ HardSigmoid(α, β) ─ Q(1/N, 0)
 *
 *   becomes
 *
 *   x ─ LeakyRelu(1) ─ Q(1/(α N), β N)    for which a reader has   DQ(1/N, 0)
 * </pre>
 *
 * <p>{@code LeakyRelu} with slope 1 changes nothing, but is an operator that ONNX Runtime computes
 * by a table of 256 integers when it stands between DQ and Q. N is 255, or 254 where that puts 0
 * nearer to an integer, as it does for β = 1/2; then the integer 255 means a little more than 1.
 *
 * @param input the grid of what is looked up
 * @param output the grid on which those who read take it
 */
record SaturatingLookup(Grid input, Grid output) {
  private static final int STEPS = 255;

  /** The lookup for a node, when it is a hard sigmoid that rises within reach. */
  static Optional<SaturatingLookup> of(Node node) {
    if (!Op.HARD_SIGMOID.is(node)) {
      return Optional.empty();
    }
    double alpha = node.realAttribute("alpha", .2f);
    double beta = node.realAttribute("beta", .5f);
    if (!(alpha > 1e-6 && alpha < 1e6 && beta >= 0 && beta <= 1)) {
      return Optional.empty();
    }
    int steps = offGrid(beta, STEPS - 1) < offGrid(beta, STEPS) ? STEPS - 1 : STEPS;
    return Optional.of(
        new SaturatingLookup(
            new Grid((float) (1 / (alpha * steps)), (int) Math.rint(beta * steps)),
            new Grid(1f / steps, 0)));
  }

  private static double offGrid(double beta, int steps) {
    return Math.abs(beta * steps - Math.rint(beta * steps));
  }
}
