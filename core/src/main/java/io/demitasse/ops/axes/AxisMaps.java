package io.demitasse.ops.axes;

import io.demitasse.ir.Node;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How all axes of a node belong together.
 *
 * <p>What is told of an axis is complete: whoever drops indices along it has to drop those that
 * belong to them along every axis that its maps lead to, and nothing else of the node's tensors.
 * Numbers that were written into attributes and constants, such as the number of groups or the
 * sizes that a Reshape is to give, have to follow.
 *
 * <p>An axis without maps is opaque: nothing is known of what depends on its indices. Axes of size
 * 1 that are repeated along others have none either.
 */
public final class AxisMaps {
  private final List<AxisMap> all;
  private final @Nullable String reason;

  private AxisMaps(List<AxisMap> all, @Nullable String reason) {
    this.all = List.copyOf(all);
    this.reason = reason;
  }

  /**
   * The maps of a node by the rule of its operator.
   *
   * @param shapes what is known of the model; what it takes on trust, the maps do
   */
  public static AxisMaps of(Node node, InferredShapes shapes) {
    Optional<AxisRule> rule = Op.of(node).flatMap(AxisRules::of);
    if (rule.isEmpty()) {
      return new AxisMaps(List.of(), "nothing is known of the axes of its operator");
    }
    NodeAxes axes = new NodeAxes(node, shapes);
    try {
      rule.get().tell(axes);
    } catch (UnknownAxes e) {
      return new AxisMaps(List.of(), e.reason());
    } catch (IndexOutOfBoundsException
        | NegativeArraySizeException
        | IllegalArgumentException
        | ArithmeticException _) {
      return new AxisMaps(List.of(), "its inputs do not fit its operator");
    }
    return new AxisMaps(axes.maps(), null);
  }

  /** Whether there is a rule for an operator; without one all axes of its nodes are opaque. */
  public static boolean hasRule(Op op) {
    return AxisRules.of(op).isPresent();
  }

  /** All maps, each once, as the rule tells them. */
  public List<AxisMap> all() {
    return all;
  }

  /** The maps that an axis takes part in, each seen from there; none when it is opaque. */
  public List<AxisMap> at(Axis axis) {
    List<AxisMap> found = new ArrayList<>();
    for (AxisMap map : all) {
      if (map.axis().equals(axis)) {
        found.add(map);
      } else if (map.source().equals(axis)) {
        found.add(map.inverse());
      }
    }
    return found;
  }

  /** Why all axes are opaque; empty when something is known of some. */
  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }
}
