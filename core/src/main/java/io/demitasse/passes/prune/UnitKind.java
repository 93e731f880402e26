package io.demitasse.passes.prune;

import io.demitasse.ir.Node;
import io.demitasse.ir.RemovedUnits.Kind;
import io.demitasse.ops.Op;
import io.demitasse.prune.ChannelGroup;
import java.util.Collection;
import java.util.Set;

/** What the units of a group are called. */
final class UnitKind {
  private static final Set<Op> CONVOLUTIONS =
      Set.of(Op.CONV, Op.CONV_TRANSPOSE, Op.CONTRIB_FUSED_CONV);

  private static final Set<Op> ATTENTION =
      Set.of(Op.SOFTMAX, Op.CONTRIB_ATTENTION, Op.CONTRIB_MULTI_HEAD_ATTENTION);

  private UnitKind() {}

  /**
   * Tells it by the operators that units go through.
   *
   * @param nodes that read or give units of the group
   */
  static Kind of(ChannelGroup group, Collection<Node> nodes) {
    if (size(group) > 1 && isAny(ATTENTION, nodes)) {
      return Kind.HEAD;
    }
    return !group.isExact() || isAny(CONVOLUTIONS, nodes) ? Kind.CHANNEL : Kind.NEURON;
  }

  private static boolean isAny(Set<Op> operators, Collection<Node> nodes) {
    return nodes.stream().anyMatch(node -> Op.of(node).filter(operators::contains).isPresent());
  }

  /** How many channels of its first layer make one unit. */
  static int size(ChannelGroup group) {
    return group.constants().getFirst().map().gather(0).length;
  }
}
