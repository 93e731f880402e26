package io.demitasse.passes.fuse;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Everything that must change so that a value can lose its factors or its shifts: the convolutions
 * and products that it ends in. What lies between lets them through.
 */
final class ScalePropagation {

  /** A convolution or product that takes factors or shifts over. */
  record Absorber(Node node, Runnable takeOver) {}

  private final PropagationRule rule;
  private final PassContext context;
  private final Set<Node> crossed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Absorber> absorbers = new ArrayList<>();

  private ScalePropagation(PropagationRule rule, PassContext context) {
    this.rule = rule;
    this.context = context;
  }

  /**
   * Those that can take factors over; nothing is changed yet.
   *
   * @throws NotFoldable when something that depends on the value cannot do without them
   */
  static List<Absorber> ofFactors(
      Value value, ChannelNumbers factors, InferredShapes shapes, PassContext context) {
    return of(value, factors, new PropagationRule(shapes, false), context);
  }

  /**
   * Those that can take shifts over; nothing is changed yet.
   *
   * @throws NotFoldable when something that depends on the value cannot do without them
   */
  static List<Absorber> ofShifts(
      Value value, ChannelNumbers shifts, InferredShapes shapes, PassContext context) {
    return of(value, shifts, new PropagationRule(shapes, true), context);
  }

  private static List<Absorber> of(
      Value value, ChannelNumbers numbers, PropagationRule rule, PassContext context) {
    ScalePropagation reach = new ScalePropagation(rule, context);
    reach.follow(value, numbers);
    return List.copyOf(reach.absorbers);
  }

  private void follow(Value value, ChannelNumbers numbers) {
    if (value.isOutput()) {
      throw new NotFoldable("'" + value.name() + "' is a graph output");
    }
    if (value.uses().isEmpty()) {
      throw new NotFoldable("nobody reads '" + value.name() + "'");
    }
    for (Value.Use use : value.uses()) {
      if (use.node().graph() != value.graph()) {
        throw new NotFoldable(use.node() + " lies in another graph");
      }
      if (Op.SHAPE.is(use.node()) || Op.SIZE.is(use.node())) {
        continue;
      }
      if (LinearNode.isLinear(use.node())) {
        absorbers.add(absorber(use, numbers));
      } else if (crossed.add(use.node())) {
        follow(use.node().output(), rule.through(use.node(), use.index(), numbers));
      } else {
        throw new NotFoldable(use.node() + " reads it more than once");
      }
    }
  }

  private Absorber absorber(Value.Use use, ChannelNumbers numbers) {
    Node node = use.node();
    if (use.index() != 0) {
      throw new NotFoldable(node + " reads it as a weight or bias");
    }
    if (!context.selects(node)) {
      throw new NotFoldable("the step does not select " + node);
    }
    LinearNode linear = new LinearNode(node);
    LinearInput input = new LinearInput(node);
    if (rule.shifts()) {
      ChannelAffine added = input.bias(numbers);
      return new Absorber(node, () -> linear.absorb(added, context));
    }
    ScaledChannels weight = input.weight(numbers);
    return new Absorber(node, () -> linear.weight(weight, context));
  }
}
