package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.AxisMap.Kind.GROUPED;
import static io.demitasse.ops.axes.AxisMap.Kind.MIXED;

import io.demitasse.ops.axes.AxisMap.Kind;
import io.demitasse.ops.axes.IndexMap.Blocks;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Rules of operators that put values in relation to others along axes. */
final class NormalizationAxes {
  private static final Axis CHANNELS = Axis.ofOutput(0, 1);

  private NormalizationAxes() {}

  /**
   * Axes before the one told are carried. Up to opset 12 all axes from there on were taken
   * together, since then that axis alone is, and a node does not tell its opset: so the others are
   * taken to be mixed.
   */
  static void softmax(NodeAxes node) {
    int rank = node.input(0).length;
    int first = node.node().attribute("axis") == null ? Math.min(1, rank - 1) : node.axis(-1, rank);
    mixed(node, axis -> axis >= first);
  }

  static void along(NodeAxes node) {
    int along = node.axis(-1, node.input(0).length);
    mixed(node, axis -> axis == along);
  }

  /** Over batch and places, unless told otherwise. */
  static void meanVariance(NodeAxes node) {
    int rank = node.input(0).length;
    boolean[] along = NodeAxes.marked(node.node().intsAttribute("axes", 0, 2, 3), rank);
    mixed(node, axis -> along[axis]);
  }

  private static void mixed(NodeAxes node, IntPredicate mixed) {
    for (int axis = 0; axis < node.input(0).length; axis++) {
      Kind kind = mixed.test(axis) ? MIXED : CARRIED;
      node.same(kind, Axis.ofOutput(0, axis), Axis.ofInput(0, axis));
    }
  }

  /** Over the axes from one on; scale and bias meet them from the last. */
  static void layer(NodeAxes node) {
    requireOneOutput(node);
    int rank = node.input(0).length;
    int first = node.axis(-1, rank);
    meeting(node, source -> source.position() == 0 && source.axis() >= first ? MIXED : CARRIED);
  }

  /**
   * Input, skip, scale, bias, and a bias that is added before; for the kind without a mean the last
   * two are one. The fourth output is the sum that was normalized.
   */
  static void skipLayer(NodeAxes node, int lastOfScale) {
    if (node.gives(1) || node.gives(2)) {
      throw new UnknownAxes("it gives what it normalized with");
    }
    meeting(
        node,
        source -> {
          boolean scale = source.position() >= 2 && source.position() <= lastOfScale;
          boolean last = source.axis() == node.input(source.position()).length - 1;
          return last && !scale ? MIXED : CARRIED;
        });
    if (node.gives(3)) {
      int[] summed =
          IntStream.range(0, node.node().inputs().size())
              .filter(input -> node.has(input) && (input < 2 || input > lastOfScale))
              .toArray();
      node.broadcast(3, node.output(3).length, _ -> CARRIED, summed, ranks(node, summed));
    }
  }

  private static void meeting(NodeAxes node, Function<Axis, Kind> kind) {
    int[] inputs = IntStream.range(0, node.node().inputs().size()).filter(node::has).toArray();
    node.broadcast(0, node.output(0).length, kind, inputs, ranks(node, inputs));
  }

  private static int[] ranks(NodeAxes node, int[] inputs) {
    return Arrays.stream(inputs).map(input -> node.input(input).length).toArray();
  }

  /** Channels by numbers that were learned; scale, bias, mean and variance have one for each. */
  static void batch(NodeAxes node) {
    requireOneOutput(node);
    PointwiseAxes.ofFirst(node);
    for (int input = 1; input <= 4; input++) {
      node.same(CARRIED, CHANNELS, Axis.ofInput(input, 0));
    }
  }

  /** Over the places of each channel. */
  static void instance(NodeAxes node) {
    mixed(node, axis -> axis > 1);
    node.same(CARRIED, CHANNELS, Axis.ofInput(1, 0), Axis.ofInput(2, 0));
  }

  /** Over groups of channels; scale and bias have a number for each channel, earlier each group. */
  static void group(NodeAxes node) {
    int channels = node.fixed(CHANNELS);
    int groups = Math.toIntExact(node.node().intAttribute("num_groups", 0));
    if (groups < 1 || channels % groups != 0) {
      throw new UnknownAxes(channels + " channels are not " + groups + " groups");
    }
    mixed(node, axis -> axis > 0);
    Blocks group = Blocks.of(channels / groups);
    node.tell(GROUPED, CHANNELS, Axis.ofInput(0, 1), IndexMap.blocks(groups, group, group));
    boolean ofGroups = node.size(Axis.ofInput(1, 0)) == groups;
    IndexMap scale =
        ofGroups ? IndexMap.blocks(groups, group, Blocks.SINGLE) : IndexMap.same(channels);
    node.tell(CARRIED, CHANNELS, Axis.ofInput(1, 0), scale);
    node.tell(CARRIED, CHANNELS, Axis.ofInput(2, 0), scale);
  }

  private static void requireOneOutput(NodeAxes node) {
    if (node.node().presentOutputs().size() > 1) {
      throw new UnknownAxes("it gives what it normalized with");
    }
  }
}
