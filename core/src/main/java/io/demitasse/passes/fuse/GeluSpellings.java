package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;
import static io.demitasse.rewrite.ValuePattern.either;
import static io.demitasse.rewrite.ValuePattern.scalar;

import io.demitasse.ops.Op;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.ValuePattern;
import java.util.List;

/**
 * The ways in which exporters spell a GELU.
 *
 * @param x what the argument may be, the same wherever it occurs
 */
record GeluSpellings(ValuePattern x) {
  /** Constants written with five digits; what they are off changes a GELU by less than 1e-5. */
  private static final double TOLERANCE = 1e-5;

  /** x · ½ · (1 + erf(x / √2)). */
  Rewriter erf() {
    NodePattern erf =
        op(Op.ERF)
            .inputs(
                either(
                    op(Op.DIV).inputs(x, scalar(Math.sqrt(2), TOLERANCE)),
                    op(Op.MUL).commutative(x, scalar(Math.sqrt(.5), TOLERANCE))));
    return new Rewriter(gatedBy(erf), erf);
  }

  /**
   * x · ½ · (1 + tanh(√(2/π) (x + 0.044715 x³))), the argument also as √(2/π) x (1 + 0.044715 x²).
   */
  Rewriter tanh() {
    ValuePattern outer = scalar(Math.sqrt(2 / Math.PI), TOLERANCE);
    ValuePattern cubic = scalar(.044715, TOLERANCE);
    NodePattern sum = op(Op.ADD).commutative(x, op(Op.MUL).commutative(cube(), cubic));
    NodePattern product = op(Op.ADD).commutative(quadratic(cubic), scalar(1, 0));
    NodePattern tanh =
        op(Op.TANH)
            .inputs(
                either(
                    op(Op.MUL).commutative(sum, outer),
                    op(Op.MUL).commutative(op(Op.MUL).commutative(x, outer), product)));
    return new Rewriter(gatedBy(tanh), tanh);
  }

  private ValuePattern square() {
    return either(op(Op.MUL).inputs(x, x), op(Op.POW).inputs(x, scalar(2, 0)));
  }

  private ValuePattern cube() {
    return either(op(Op.POW).inputs(x, scalar(3, 0)), op(Op.MUL).commutative(x, square()));
  }

  private ValuePattern quadratic(ValuePattern cubic) {
    return either(
        op(Op.MUL).commutative(square(), cubic),
        op(Op.MUL).commutative(op(Op.MUL).commutative(x, cubic), x));
  }

  /** x · ½ · (1 + f) in every order and grouping. */
  private List<NodePattern> gatedBy(NodePattern f) {
    NodePattern gate = op(Op.ADD).commutative(f, scalar(1, 0));
    NodePattern product = op(Op.MUL).commutative(x, gate);
    return List.of(
        op(Op.MUL).commutative(product, scalar(.5, 0)),
        op(Op.DIV).inputs(product, scalar(2, 0)),
        op(Op.MUL).commutative(x, half(gate)),
        op(Op.MUL).commutative(half(x), gate));
  }

  private static ValuePattern half(ValuePattern value) {
    return either(
        op(Op.MUL).commutative(value, scalar(.5, 0)), op(Op.DIV).inputs(value, scalar(2, 0)));
  }
}
