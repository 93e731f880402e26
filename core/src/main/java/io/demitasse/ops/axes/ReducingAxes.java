package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;

/** Rules of operators that reduce, order or add up along axes, which are opaque then. */
final class ReducingAxes {
  private ReducingAxes() {}

  static void reduced(NodeAxes node) {
    long[] axes = node.list("axes", 1);
    if (axes == null || axes.length == 0) {
      if (node.node().intAttribute("noop_with_empty_axes", 0) != 0) {
        PointwiseAxes.ofFirst(node);
      }
      return;
    }
    without(node, NodeAxes.marked(axes, node.input(0).length));
  }

  /** The place of the largest or smallest along one axis. */
  static void argument(NodeAxes node) {
    boolean[] dropped = new boolean[node.input(0).length];
    dropped[node.axis(0, dropped.length)] = true;
    without(node, dropped);
  }

  private static void without(NodeAxes node, boolean[] reduced) {
    boolean keeps = node.node().intAttribute("keepdims", 1) != 0;
    int next = 0;
    for (int i = 0; i < reduced.length; i++) {
      if (!reduced[i]) {
        node.same(CARRIED, Axis.ofOutput(0, keeps ? i : next), Axis.ofInput(0, i));
        next++;
      }
    }
  }

  static void largest(NodeAxes node) {
    int along = node.axis(-1, node.input(0).length);
    PointwiseAxes.along(node, axis -> axis != along);
  }

  static void cumulative(NodeAxes node) {
    int rank = node.input(0).length;
    boolean[] summed = NodeAxes.marked(node.integers(1), rank);
    PointwiseAxes.along(node, axis -> !summed[axis]);
  }
}
