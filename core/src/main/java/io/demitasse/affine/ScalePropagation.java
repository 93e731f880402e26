package io.demitasse.affine;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.rewrite.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Everything that must change so that a value can lose its factors or its shifts: the convolutions
 * and products that it ends in. What lies between lets them through.
 *
 * @param <T> what is made of each of them
 */
public final class ScalePropagation<T> {

  /** A convolution or product that takes factors or shifts over. */
  public record Absorber(Node node, Runnable takeOver) {}

  /** What is made of a convolution or product that numbers arrive at. */
  public interface Arrival<T> {
    /**
     * Takes factors or shifts in.
     *
     * @param use where the node reads what they belong to
     * @throws NotFoldable when it cannot
     */
    T of(Value.Use use, ChannelNumbers numbers);
  }

  private final PropagationRule rule;
  private final Arrival<T> arrival;
  private final Set<Node> crossed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<T> arrived = new ArrayList<>();

  private ScalePropagation(PropagationRule rule, Arrival<T> arrival) {
    this.rule = rule;
    this.arrival = arrival;
  }

  /**
   * Those that can take factors over; nothing is changed yet.
   *
   * @throws NotFoldable when something that depends on the value cannot do without them
   */
  public static List<Absorber> ofFactors(
      Value value, ChannelNumbers factors, InferredShapes shapes, Scope scope) {
    return of(
        value,
        factors,
        PropagationRule.ofFactors(shapes),
        (use, numbers) -> {
          ScaledChannels weight = input(use, scope).weight(numbers);
          LinearNode linear = new LinearNode(use.node());
          return new Absorber(use.node(), () -> linear.weight(weight, scope));
        });
  }

  /**
   * Those that can take shifts over; nothing is changed yet.
   *
   * @throws NotFoldable when something that depends on the value cannot do without them
   */
  public static List<Absorber> ofShifts(
      Value value, ChannelNumbers shifts, InferredShapes shapes, Scope scope) {
    return of(
        value,
        shifts,
        PropagationRule.ofShifts(shapes),
        (use, numbers) -> {
          ChannelAffine added = input(use, scope).bias(numbers);
          LinearNode linear = new LinearNode(use.node());
          return new Absorber(use.node(), () -> linear.absorb(added, scope));
        });
  }

  /**
   * What is made of all convolutions and products that a value ends in, in the order of its
   * readers.
   *
   * @throws NotFoldable when something that depends on the value cannot do without the numbers
   */
  public static <T> List<T> of(
      Value value, ChannelNumbers numbers, PropagationRule rule, Arrival<T> arrival) {
    ScalePropagation<T> reach = new ScalePropagation<>(rule, arrival);
    reach.follow(value, numbers);
    return List.copyOf(reach.arrived);
  }

  /**
   * The input of a convolution or product that may be changed.
   *
   * @throws NotFoldable when it may not, or the use is of a weight or bias
   */
  public static LinearInput input(Value.Use use, Scope scope) {
    if (use.index() != 0) {
      throw new NotFoldable(use.node() + " reads it as a weight or bias");
    }
    if (!scope.selects(use.node())) {
      throw new NotFoldable("the step does not select " + use.node());
    }
    return new LinearInput(use.node());
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
      if (rule.ends(use)) {
        arrived.add(arrival.of(use, numbers));
      } else if (crossed.add(use.node())) {
        rule.behind(use.node(), use.index(), numbers).forEach(this::follow);
      } else {
        throw new NotFoldable(use.node() + " reads it more than once");
      }
    }
  }
}
