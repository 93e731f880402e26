package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;
import static io.demitasse.rewrite.ValuePattern.any;
import static io.demitasse.rewrite.ValuePattern.constant;
import static io.demitasse.rewrite.ValuePattern.either;
import static io.demitasse.rewrite.ValuePattern.scalar;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.rewrite.Match;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.Scalars;
import io.demitasse.rewrite.ValuePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ways in which exporters spell a hard sigmoid: a line, cut off at 0 and at a limit of 1 or 6;
 * in the second case something divides by 6, before or after it is multiplied with what it gates.
 */
final class HardSigmoidSpellings {
  private static final double TOLERANCE = 1e-6;

  /** What the line is a function of. */
  static final ValuePattern.Any X = any();

  /** What is multiplied with the hard sigmoid, where that happens before the division by 6. */
  static final ValuePattern.Any GATED = any();

  private static final ValuePattern.Constant FACTOR = number();
  private static final ValuePattern.Constant DIVISOR = number();
  private static final ValuePattern.Constant OFFSET = number();
  private static final NodePattern SHIFTED = op(Op.ADD).commutative(X, OFFSET);
  private static final ValuePattern LINE =
      either(op(Op.MUL).commutative(SHIFTED, FACTOR), op(Op.DIV).inputs(SHIFTED, DIVISOR), SHIFTED);

  private HardSigmoidSpellings() {}

  /** A hard sigmoid: slope · x + offset, cut off at 0 and 1. */
  record Line(double slope, double offset) {
    /**
     * Beyond, slope · x and offset are so much larger than what is left of their sum that its last
     * digits are lost.
     */
    private static final double FARTHEST = 16;

    /** The same of a multiple of x. */
    Line after(double factor) {
      return new Line(slope * factor, offset);
    }

    /** Why floats do not hold the line as precisely as its parts; empty when they do. */
    Optional<String> unfit() {
      double steepness = Math.abs(slope);
      if (!(steepness >= Float.MIN_NORMAL && steepness <= Float.MAX_VALUE)) {
        return Optional.of("its slope " + slope + " is no number that a float holds well");
      }
      return Math.abs(offset) <= FARTHEST
          ? Optional.empty()
          : Optional.of(
              "its line is so steep, or so far from zero, that its sum would lose digits: "
                  + (float) slope
                  + " x + "
                  + (float) offset);
    }
  }

  /** A node that does nothing but multiply a value with one number. */
  record Scaling(Node node, Value scaled, double factor) {

    /** What makes a value, if it is such a node and nobody else reads it. */
    static Optional<Scaling> of(Value value) {
      Node node = value.producer();
      if (node == null || !value.isUsedOnce()) {
        return Optional.empty();
      }
      Optional<Scaling> scaling = Optional.empty();
      if (Op.MUL.is(node) && isNumber(node, 0)) {
        scaling = Optional.of(new Scaling(node, node.requiredInput(1), number(node, 0)));
      } else if ((Op.MUL.is(node) || Op.DIV.is(node)) && isNumber(node, 1)) {
        double number = number(node, 1);
        scaling =
            Optional.of(
                new Scaling(node, node.requiredInput(0), Op.DIV.is(node) ? 1 / number : number));
      }
      return scaling.filter(each -> isModerate(each.factor));
    }

    /** Whether a product with it stays in the range of floats where what it is made of does. */
    private static boolean isModerate(double factor) {
      return Math.abs(factor) >= 1e-12 && Math.abs(factor) <= 1e12;
    }

    private static boolean isNumber(Node node, int input) {
      return node.constantInput(input).filter(HardSigmoidSpellings::isFloat).isPresent();
    }

    private static double number(Node node, int input) {
      return Scalars.of(node.constantInput(input).orElseThrow());
    }
  }

  /**
   * Finds one kind of spelling.
   *
   * @param limit where the line is cut off above: 1 or 6
   * @param cut the node, or the last of the nodes, that cut the line off
   */
  record Spelling(double limit, NodePattern cut) {

    /** The line of a match, brought to a limit of 1. */
    Line line(Match match) {
      double slope =
          match.has(FACTOR)
              ? number(match, FACTOR)
              : match.has(DIVISOR) ? 1 / number(match, DIVISOR) : 1;
      return new Line(slope / limit, slope * number(match, OFFSET) / limit);
    }

    Rewriter rewriter() {
      if (limit == 1) {
        return new Rewriter(List.of(cut), cut);
      }
      NodePattern product = op(Op.MUL).commutative(GATED, cut);
      List<NodePattern> patterns = new ArrayList<>(divided(product));
      divided(GATED).forEach(part -> patterns.add(op(Op.MUL).commutative(part, cut)));
      patterns.addAll(divided(cut));
      return new Rewriter(patterns, cut);
    }

    private List<NodePattern> divided(ValuePattern value) {
      return List.of(
          op(Op.DIV).inputs(value, scalar(limit, TOLERANCE)),
          op(Op.MUL).commutative(value, scalar(1 / limit, TOLERANCE)));
    }
  }

  static List<Spelling> all() {
    List<Spelling> spellings = new ArrayList<>();
    for (double limit : new double[] {6, 1}) {
      ValuePattern.Constant zero = scalar(0, 0);
      ValuePattern.Constant high = scalar(limit, TOLERANCE);
      NodePattern positive = op(Op.MAX).commutative(LINE, zero);
      NodePattern rectified = op(Op.RELU).inputs(LINE);
      spellings.add(new Spelling(limit, clip(limit)));
      spellings.add(new Spelling(limit, op(Op.MIN).commutative(either(positive, rectified), high)));
      NodePattern limited = op(Op.MIN).commutative(LINE, high);
      spellings.add(new Spelling(limit, op(Op.MAX).commutative(limited, zero)));
      spellings.add(new Spelling(limit, op(Op.RELU).inputs(limited)));
    }
    return List.copyOf(spellings);
  }

  private static NodePattern clip(double limit) {
    return op(Op.CLIP)
        .inputs(LINE)
        .furtherInputs()
        .where(
            clip ->
                limit(clip, 1, "min", Double.NEGATIVE_INFINITY) == 0
                    && Math.abs(limit(clip, 2, "max", Double.POSITIVE_INFINITY) - limit)
                        <= TOLERANCE * limit,
            "it does not cut off at 0 and " + limit);
  }

  /** A limit of a Clip: an attribute before opset 11, an input since; NaN when it varies. */
  private static double limit(Node clip, int input, String attribute, double none) {
    if (clip.input(input) != null) {
      return clip.constantInput(input)
          .filter(Scalars::isScalar)
          .map(Scalars::of)
          .orElse(Double.NaN);
    }
    return clip.attribute(attribute) == null ? none : clip.realAttribute(attribute, Float.NaN);
  }

  private static ValuePattern.Constant number() {
    return constant("one float", HardSigmoidSpellings::isFloat);
  }

  private static boolean isFloat(Tensor tensor) {
    return tensor.dataType() == DataType.FLOAT && Scalars.isScalar(tensor);
  }

  private static double number(Match match, ValuePattern.Constant pattern) {
    return Scalars.of(match.constant(pattern));
  }
}
