package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.AxisMap.Kind.CONTRACTED;
import static io.demitasse.ops.axes.AxisMap.Kind.MIXED;

import io.demitasse.ops.axes.IndexMap.Blocks;

/**
 * Rules of recurrences: X [steps, batch, inputs], W [directions, gates · hidden, inputs], R
 * [directions, gates · hidden, hidden], B [directions, 2 · gates · hidden], lengths, first states
 * [directions, batch, hidden], and weights of the cell [directions, 3 · hidden]. Outputs are all
 * states [steps, directions, batch, hidden] and last states [directions, batch, hidden].
 *
 * <p>Steps and directions are opaque.
 */
final class RecurrentAxes {
  private static final int CELL_WEIGHTS = 7;

  private RecurrentAxes() {}

  /** A rule for cells of so many gates. */
  static AxisRule gates(int gates) {
    return node -> {
      if (node.node().intAttribute("layout", 0) != 0) {
        throw new UnknownAxes("its batch comes first");
      }
      node.same(CONTRACTED, Axis.ofInput(1, 2), Axis.ofInput(0, 2));
      for (int output = 0; output < 3; output++) {
        if (node.gives(output)) {
          batch(node, Axis.ofOutput(output, output == 0 ? 2 : 1));
          hidden(node, Axis.ofOutput(output, output == 0 ? 3 : 2), gates);
        }
      }
    };
  }

  private static void batch(NodeAxes node, Axis batch) {
    node.same(CARRIED, batch, Axis.ofInput(0, 1));
    if (node.has(4)) {
      node.same(CARRIED, batch, Axis.ofInput(4, 0));
    }
    for (int state = 5; state <= 6; state++) {
      if (node.has(state)) {
        node.same(CARRIED, batch, Axis.ofInput(state, 1));
      }
    }
  }

  private static void hidden(NodeAxes node, Axis hidden, int gates) {
    int size = node.fixed(Axis.ofInput(2, 2));
    packed(node, hidden, Axis.ofInput(1, 1), size, gates);
    packed(node, hidden, Axis.ofInput(2, 1), size, gates);
    packed(node, hidden, Axis.ofInput(2, 2), size, 1);
    packed(node, hidden, Axis.ofInput(3, 1), size, 2 * gates);
    packed(node, hidden, Axis.ofInput(5, 2), size, 1);
    packed(node, hidden, Axis.ofInput(6, 2), size, 1);
    packed(node, hidden, Axis.ofInput(CELL_WEIGHTS, 1), size, 3);
  }

  /** The numbers of several gates, one gate behind the other. */
  private static void packed(NodeAxes node, Axis hidden, Axis source, int size, int parts) {
    if (node.has(source.position())) {
      Blocks gates = Blocks.repeated(parts);
      node.tell(MIXED, hidden, source, IndexMap.blocks(size, Blocks.SINGLE, gates));
    }
  }
}
