package io.demitasse.passes.quantize;

import io.demitasse.calibrate.Range;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import io.demitasse.passes.quantize.StaticPlan.Planned;
import io.demitasse.passes.quantize.StaticPlan.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The grids of activations, from the ranges they had on data.
 *
 * <p>What alone flows into a concatenation is rounded to the grid of that at once, so that the
 * integers are copied and not rounded again.
 */
final class StaticGrids {
  /** Beyond this lie masks, which leave no step for anything else. */
  private static final float LARGEST = 1e30f;

  private static final LinearQuantizer QUANTIZER = LinearQuantizer.forActivations();

  private final QuantizeStatic options;
  private final PassContext context;
  private final Map<Value, Grid> shared = new HashMap<>();
  private final Map<Value, Clipping> clippings = new HashMap<>();

  StaticGrids(QuantizeStatic options, PassContext context) {
    this.options = options;
    this.context = context;
  }

  /** Whether a value was seen, and was not so large that its range says nothing. */
  boolean isKnown(Value value) {
    return range(value).isPresent();
  }

  /** The range that was seen, or that of what a value was moved from. */
  private Optional<Range> range(Value value) {
    return context
        .statistics()
        .get(options.observation(context, value))
        .filter(range -> range.min() > -LARGEST && range.max() < LARGEST)
        .or(() -> moved(value).flatMap(this::range));
  }

  private static Optional<Value> moved(Value value) {
    return Optional.ofNullable(value.producer())
        .filter(node -> Op.of(node).filter(StaticPlan::keepsGrid).isPresent())
        .map(node -> node.input(0));
  }

  /** Finds the values that are cut off, and those that share the grid of a concatenation. */
  void share(StaticPlan plan) {
    plan.nodes().forEach(each -> clippings.put(each.output(), each.clipping()));
    for (Planned each : plan.nodes()) {
      if (each.op() == Op.CONCAT) {
        Grid grid = grid(each.output());
        for (Value input : StaticPlan.floats(each.node(), each.op())) {
          Planned maker = makerAlone(plan, input);
          if (maker != null && maker.clipping().isMadeBy(QUANTIZER, grid)) {
            shared.put(maker.output(), grid);
          }
        }
      }
    }
  }

  /** The node that computed what a value holds, when nobody else reads it on the way. */
  private static @Nullable Planned makerAlone(StaticPlan plan, Value value) {
    Planned maker = value.isUsedOnce() ? plan.maker(value) : null;
    while (maker != null && maker.role() == Role.MOVES) {
      Value moved = maker.node().requiredInput(0);
      maker = moved.isUsedOnce() ? plan.maker(moved) : null;
    }
    return maker != null && maker.role() == Role.COMPUTES ? maker : null;
  }

  /** The grid of a value whose range is known. */
  Grid grid(Value value) {
    Grid common = shared.get(value);
    if (common != null) {
      return common;
    }
    Range range = range(value).orElseThrow();
    float min = Math.max(range.min(), leastThatCounts(value));
    return clipping(value).grid(QUANTIZER, min, Math.max(min, range.max()));
  }

  /**
   * Below which number a value might as well be that number: a hard swish, which is {@code x ·
   * HardSigmoid(x)}, makes 0 of all that its hard sigmoid makes 0 of. Half of the range of what
   * flows into one often lies there.
   */
  private static float leastThatCounts(Value value) {
    return value.uses().stream()
        .map(Value.Use::node)
        .filter(Op.HARD_SIGMOID::is)
        .filter(sigmoid -> value.uses().stream().allMatch(use -> isSwish(use.node(), sigmoid)))
        .findFirst()
        .flatMap(SaturatingLookup::of)
        .map(lookup -> -lookup.input().scale() * lookup.input().zero())
        .orElse(Float.NEGATIVE_INFINITY);
  }

  /** Whether a node is the hard sigmoid, or multiplies its output by its input. */
  private static boolean isSwish(Node node, Node sigmoid) {
    return node == sigmoid
        || (Op.MUL.is(node)
            && node.inputs().contains(sigmoid.output())
            && node.inputs().contains(sigmoid.input(0)));
  }

  private Clipping clipping(Value value) {
    return clippings.getOrDefault(value, Clipping.NONE);
  }

  /** Whether rounding a value to a grid makes up for what cuts it off before. */
  boolean isClippedBy(Value value, Grid grid) {
    return clipping(value).isMadeBy(QUANTIZER, grid);
  }

  /** The grids of a value and of what an affine function makes of it, when both have one. */
  Optional<ScalarAffine.Grids> grids(Value before, Value after, ScalarAffine affine) {
    Range range = range(after).orElseThrow();
    return affine
        .grids(QUANTIZER, range.min(), range.max())
        .filter(grids -> isClippedBy(before, grids.before()));
  }

  /** The grid of a value of which is known what an affine function makes of it. */
  Grid gridBefore(Value before, Value after, ScalarAffine affine) {
    Range range = range(after).orElseThrow();
    return clipping(before)
        .grid(
            QUANTIZER,
            (range.min() - affine.term()) / affine.factor(),
            (range.max() - affine.term()) / affine.factor());
  }
}
