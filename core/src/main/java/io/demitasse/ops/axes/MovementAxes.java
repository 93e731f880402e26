package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.IndexMap.OPEN;

import io.demitasse.ops.axes.IndexMap.Blocks;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rules of operators that move, copy or drop elements. */
final class MovementAxes {
  private MovementAxes() {}

  static void transpose(NodeAxes node) {
    int rank = node.input(0).length;
    long[] reversed = LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    long[] order = node.node().intsAttribute("perm", reversed);
    for (int i = 0; i < rank; i++) {
      carried(node, i, NodeAxes.counted(order[i], rank));
    }
  }

  private static void carried(NodeAxes node, int output, int input) {
    node.same(CARRIED, Axis.ofOutput(0, output), Axis.ofInput(0, input));
  }

  /** Which axes of size 1 are dropped follows from the sizes where it is not told. */
  static void squeeze(NodeAxes node) {
    long[] axes = node.list("axes", 1);
    if (axes == null) {
      ReshapeAxes.reshape(node);
      return;
    }
    boolean[] dropped = NodeAxes.marked(axes, node.input(0).length);
    int next = 0;
    for (int i = 0; i < dropped.length; i++) {
      if (!dropped[i]) {
        carried(node, next++, i);
      }
    }
  }

  static void unsqueeze(NodeAxes node) {
    long[] axes = node.list("axes", 1);
    if (axes == null) {
      throw new UnknownAxes("its axes are not told");
    }
    boolean[] inserted = NodeAxes.marked(axes, node.input(0).length + axes.length);
    int next = 0;
    for (int i = 0; i < inserted.length; i++) {
      if (!inserted[i]) {
        carried(node, i, next++);
      }
    }
  }

  static void concat(NodeAxes node) {
    int rank = node.output(0).length;
    int axis = node.axis(1, rank);
    int inputs = node.node().inputs().size();
    for (int i = 0; i < rank; i++) {
      int each = i;
      if (i != axis) {
        Axis[] all =
            IntStream.range(0, inputs)
                .mapToObj(input -> Axis.ofInput(input, each))
                .toArray(Axis[]::new);
        node.same(CARRIED, Axis.ofOutput(0, i), all);
      }
    }
    int[] sizes = IntStream.range(0, inputs).map(i -> node.size(Axis.ofInput(i, axis))).toArray();
    int whole = node.size(Axis.ofOutput(0, axis));
    if (whole == OPEN || Arrays.stream(sizes).anyMatch(size -> size == OPEN)) {
      return;
    }
    int first = 0;
    for (int i = 0; i < inputs; i++) {
      IndexMap part = IndexMap.offset(whole, sizes[i], first, 0, sizes[i]);
      node.tell(CARRIED, Axis.ofOutput(0, axis), Axis.ofInput(i, axis), part);
      first += sizes[i];
    }
  }

  static void split(NodeAxes node) {
    int[] sizes = node.input(0);
    int axis = node.axis(0, sizes.length);
    PointwiseAxes.along(node, each -> each != axis);
    int first = 0;
    for (int output = 0; output < node.node().outputs().size(); output++) {
      if (!node.gives(output)) {
        throw new UnknownAxes("where its parts lie is not known");
      }
      Axis part = Axis.ofOutput(output, axis);
      if (sizes[axis] == OPEN || node.size(part) == OPEN) {
        return;
      }
      int size = node.size(part);
      IndexMap map = IndexMap.offset(size, sizes[axis], 0, first, size);
      node.tell(CARRIED, part, Axis.ofInput(0, axis), map);
      first += size;
    }
  }

  /** The axes behind what is picked from stand behind those of the indices. */
  static void gather(NodeAxes node) {
    int rank = node.input(0).length;
    int axis = node.axis(0, rank);
    int inserted = node.input(1).length;
    for (int i = 0; i < rank; i++) {
      if (i != axis) {
        carried(node, i < axis ? i : i - 1 + inserted, i);
      }
    }
    for (int i = 0; i < inserted; i++) {
      node.same(CARRIED, Axis.ofOutput(0, axis + i), Axis.ofInput(1, i));
    }
    int size = node.size(Axis.ofInput(0, axis));
    if (inserted == 1 && size != OPEN && node.node().constantInput(1).isPresent()) {
      int[] picks =
          Arrays.stream(node.integers(1))
              .mapToInt(i -> Math.toIntExact(i < 0 ? i + size : i))
              .toArray();
      IndexMap picked = IndexMap.picked(size, picks);
      node.tell(CARRIED, Axis.ofOutput(0, axis), Axis.ofInput(0, axis), picked);
    }
  }

  /** The axes behind those that the indices are about stand behind those of the indices. */
  static void gatherAtPlaces(NodeAxes node) {
    int rank = node.input(0).length;
    int[] indices = node.input(1);
    int batch = Math.toIntExact(node.node().intAttribute("batch_dims", 0));
    int first = batch + node.fixed(Axis.ofInput(1, indices.length - 1));
    for (int i = first; i < rank; i++) {
      carried(node, indices.length - 1 + i - first, i);
    }
    for (int i = 0; i < indices.length - 1; i++) {
      node.same(CARRIED, Axis.ofOutput(0, i), Axis.ofInput(1, i));
      if (i < batch) {
        carried(node, i, i);
      }
    }
  }

  /** Axes that are repeated are opaque. */
  static void expand(NodeAxes node) {
    int[] sizes = node.input(0);
    int[] wide = node.output(0);
    for (int i = 0; i < sizes.length; i++) {
      int at = i + wide.length - sizes.length;
      if (sizes[i] != OPEN && sizes[i] == wide[at]) {
        carried(node, at, i);
      }
    }
  }

  static void tile(NodeAxes node) {
    int[] sizes = node.input(0);
    long[] repeats = node.integers(1);
    for (int i = 0; i < sizes.length; i++) {
      if (repeats[i] == 1) {
        carried(node, i, i);
      } else if (sizes[i] > 0 && repeats[i] > 0) {
        Blocks repeated = Blocks.repeated(Math.toIntExact(repeats[i]));
        IndexMap map = IndexMap.blocks(sizes[i], repeated, Blocks.SINGLE);
        node.tell(CARRIED, Axis.ofOutput(0, i), Axis.ofInput(0, i), map);
      }
    }
  }

  /** Constants at the edge come from nowhere; what repeats elements there leaves an axis opaque. */
  static void pad(NodeAxes node) {
    int[] sizes = node.input(0);
    long[] pads = node.list("pads", 1);
    if (pads == null) {
      throw new UnknownAxes("its pads are not told");
    }
    long[] all = IntStream.range(0, sizes.length).asLongStream().toArray();
    long[] axes = node.has(3) ? node.integers(3) : all;
    long[] before = new long[sizes.length];
    long[] behind = new long[sizes.length];
    for (int i = 0; i < axes.length; i++) {
      before[NodeAxes.counted(axes[i], sizes.length)] += pads[i];
      behind[NodeAxes.counted(axes[i], sizes.length)] += pads[i + axes.length];
    }
    boolean constant = node.node().textAttribute("mode", "constant").equals("constant");
    for (int i = 0; i < sizes.length; i++) {
      if (before[i] == 0 && behind[i] == 0) {
        carried(node, i, i);
      } else if (constant && sizes[i] != OPEN) {
        padded(node, i, before[i], behind[i]);
      }
    }
  }

  /** Negative pads cut off. */
  private static void padded(NodeAxes node, int axis, long before, long behind) {
    int size = node.size(Axis.ofInput(0, axis));
    long from = Math.max(0, -before);
    long left = size - from - Math.max(0, -behind);
    int whole = Math.toIntExact(size + before + behind);
    IndexMap map =
        IndexMap.offset(
            whole, size, (int) Math.max(0, before), (int) from, (int) Math.max(0, left));
    node.tell(CARRIED, Axis.ofOutput(0, axis), Axis.ofInput(0, axis), map);
  }

  /** In mode DCR the block lies before the channels that are left, in mode CRD behind. */
  static void depthToSpace(NodeAxes node) {
    int block = Math.toIntExact(node.node().intAttribute("blocksize", 1));
    int channels = node.fixed(Axis.ofOutput(0, 1));
    int square = Math.multiplyExact(block, block);
    boolean before = node.node().textAttribute("mode", "DCR").equals("DCR");
    Blocks blocks = before ? Blocks.repeated(square) : Blocks.of(square);
    carried(node, 0, 0);
    node.tell(
        CARRIED,
        Axis.ofOutput(0, 1),
        Axis.ofInput(0, 1),
        IndexMap.blocks(channels, Blocks.SINGLE, blocks));
  }

  static void spaceToDepth(NodeAxes node) {
    int block = Math.toIntExact(node.node().intAttribute("blocksize", 1));
    int channels = node.fixed(Axis.ofInput(0, 1));
    carried(node, 0, 0);
    node.tell(
        CARRIED,
        Axis.ofOutput(0, 1),
        Axis.ofInput(0, 1),
        IndexMap.blocks(
            channels, Blocks.repeated(Math.multiplyExact(block, block)), Blocks.SINGLE));
  }

  /** The lower or upper triangle, which the last two axes span. */
  static void triangle(NodeAxes node) {
    int rank = node.input(0).length;
    PointwiseAxes.along(node, axis -> axis < rank - 2);
  }

  static void reverseSequence(NodeAxes node) {
    int rank = node.input(0).length;
    int time = NodeAxes.counted(node.node().intAttribute("time_axis", 0), rank);
    int batch = NodeAxes.counted(node.node().intAttribute("batch_axis", 1), rank);
    PointwiseAxes.along(node, axis -> axis != time);
    node.same(CARRIED, Axis.ofOutput(0, batch), Axis.ofInput(1, 0));
  }

  /** What is kept along one axis; without one everything is flattened first. */
  static void compress(NodeAxes node) {
    if (node.node().attribute("axis") == null) {
      throw new UnknownAxes("it flattens its input and keeps elements of anywhere");
    }
    int axis = node.axis(0, node.input(0).length);
    PointwiseAxes.along(node, each -> each != axis);
  }
}
