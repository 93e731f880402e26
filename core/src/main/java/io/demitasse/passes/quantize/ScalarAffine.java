package io.demitasse.passes.quantize;

import io.demitasse.ir.Node;
import io.demitasse.ops.Op;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import io.demitasse.rewrite.Scalars;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A node that multiplies all of its input by one positive number and adds one number: {@code w =
 * factor · v + term}. The integers of {@code v} are those of {@code w} when
 *
 * <pre>
 *   v = s_v (q − z_v),   w = s_w (q − z_w)   with   s_v = s_w / factor,   z_v = z_w + term / s_w
 * </pre>
 *
 * so that it costs nothing if {@code term} is a multiple of the scale of {@code w}.
 */
record ScalarAffine(double factor, double term) {
  /** A term of so few steps is no more than rounding is. */
  private static final double NEGLIGIBLE = 1. / 16;

  /** How much wider or narrower steps may become so that the term is a multiple of them. */
  private static final double WIDER = 1.1;

  private static final double NARROWER = .98;

  static final ScalarAffine IDENTITY = new ScalarAffine(1, 0);

  /** The integers of a value before, and of the value after. */
  record Grids(Grid before, Grid after) {}

  /** What a node does, when that is all it does. */
  static Optional<ScalarAffine> of(Node node) {
    if (!Op.ADD.is(node) && !Op.MUL.is(node)) {
      return Optional.empty();
    }
    return node.constantInput(1 - variable(node))
        .filter(constant -> Scalars.isScalar(constant) && constant.rank() <= 1)
        .map(Scalars::of)
        .map(x -> Op.ADD.is(node) ? new ScalarAffine(1, x) : new ScalarAffine(x, 0))
        .filter(ScalarAffine::isUsable);
  }

  /** The input of an addition or multiplication that is not constant. */
  static int variable(Node node) {
    return node.constantInput(0).isPresent() ? 1 : 0;
  }

  private boolean isUsable() {
    return factor > 0 && factor < Float.MAX_VALUE && Math.abs(term) < Float.MAX_VALUE;
  }

  /** This, and another after it. */
  ScalarAffine then(ScalarAffine next) {
    return new ScalarAffine(factor * next.factor, term * next.factor + next.term);
  }

  /**
   * Grids that share their integers.
   *
   * @param low the least number of the value after
   * @param high the greatest
   * @return empty when the term is a few steps and a fraction
   */
  Optional<Grids> grids(LinearQuantizer quantizer, double low, double high) {
    double from = Math.min(low, Math.min(0, term));
    double to = Math.max(high, Math.max(0, term));
    float scale = quantizer.grid((float) from, (float) to).scale();
    double steps = term / scale;
    if (Math.abs(steps) < NEGLIGIBLE) {
      return grids(quantizer, from, scale, 0);
    }
    double least = steps < 0 ? Math.ceil(steps) : Math.floor(steps);
    return DoubleStream.of(Math.rint(steps), least)
        .filter(whole -> whole != 0)
        .filter(whole -> steps / whole <= WIDER && steps / whole >= NARROWER)
        .mapToObj(whole -> grids(quantizer, from, (float) (term / whole), (int) whole))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Grids> grids(LinearQuantizer quantizer, double from, float scale, int steps) {
    int zero = (int) Math.rint(quantizer.least() - from / scale);
    boolean fits = zero + steps >= quantizer.least() && zero + steps <= quantizer.greatest();
    return fits && zero <= quantizer.greatest()
        ? Optional.of(
            new Grids(new Grid((float) (scale / factor), zero + steps), new Grid(scale, zero)))
        : Optional.empty();
  }
}
