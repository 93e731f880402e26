package io.demitasse.ops.axes;

import io.demitasse.ops.axes.AxisMap.Kind;
import io.demitasse.ops.axes.IndexMap.Blocks;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Rules of operators that compute element by element, and of numbers put on grids. */
final class PointwiseAxes {
  private PointwiseAxes() {}

  /** All inputs meet. */
  static void elementwise(NodeAxes node) {
    meeting(node, IntStream.range(0, node.node().inputs().size()).filter(node::has).toArray());
  }

  /** The first input alone has to do with the axes. */
  static void ofFirst(NodeAxes node) {
    along(node, _ -> true);
  }

  private static void meeting(NodeAxes node, int... inputs) {
    for (int output = 0; output < node.node().outputs().size(); output++) {
      if (node.gives(output)) {
        int[] ranks = Arrays.stream(inputs).map(input -> node.input(input).length).toArray();
        int rank = node.output(output).length;
        node.broadcast(output, rank, _ -> Kind.CARRIED, inputs, ranks);
      }
    }
  }

  /** The axes of the first input that hold are those of all outputs. */
  static void along(NodeAxes node, IntPredicate kept) {
    int rank = node.input(0).length;
    for (int output = 0; output < node.node().outputs().size(); output++) {
      for (int axis = 0; axis < rank && node.gives(output); axis++) {
        if (kept.test(axis)) {
          node.same(Kind.CARRIED, Axis.ofOutput(output, axis), Axis.ofInput(0, axis));
        }
      }
    }
  }

  /**
   * QuantizeLinear and DequantizeLinear: a scale and a zero point for all, for each index along an
   * axis, or for each block of indices.
   */
  static void quantized(NodeAxes node) {
    int rank = node.input(0).length;
    int[] scale = node.input(1);
    int block = Math.toIntExact(node.node().intAttribute("block_size", 0));
    if (scale.length == 0 || (scale.length == 1 && scale[0] == 1)) {
      ofFirst(node);
      return;
    }
    int axis = node.axis(1, rank);
    for (int each = 0; each < rank; each++) {
      Axis output = Axis.ofOutput(0, each);
      if (block > 0 && each == axis) {
        IndexMap blocks = IndexMap.blocks(scale[each], Blocks.of(block), Blocks.SINGLE);
        if (node.size(output) != blocks.size()) {
          continue; // The last block is cut off.
        }
        grid(node, output, blocks, each);
      } else if (block > 0) {
        grid(node, output, IndexMap.same(scale[each]), each);
      } else if (each == axis) {
        grid(node, output, IndexMap.same(scale[0]), 0);
      }
      node.same(Kind.CARRIED, output, Axis.ofInput(0, each));
    }
  }

  private static void grid(NodeAxes node, Axis output, IndexMap map, int axis) {
    for (int input = 1; input <= 2; input++) {
      if (node.has(input)) {
        node.tell(Kind.CARRIED, output, Axis.ofInput(input, axis), map);
      }
    }
  }
}
