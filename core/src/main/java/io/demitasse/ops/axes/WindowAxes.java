package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.AxisMap.Kind.CONTRACTED;
import static io.demitasse.ops.axes.AxisMap.Kind.GROUPED;

import io.demitasse.ir.Attribute;
import io.demitasse.ops.axes.AxisMap.Kind;
import io.demitasse.ops.axes.IndexMap.Blocks;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Rules of convolution, pooling and resampling of [batch, channels, places...]. Places are opaque.
 */
final class WindowAxes {
  private static final Axis BATCH = Axis.ofOutput(0, 0);
  private static final Axis CHANNELS = Axis.ofOutput(0, 1);
  private static final Axis INPUTS = Axis.ofInput(0, 1);

  private WindowAxes() {}

  /**
   * Weights are [outputs, inputs of a group, places...]. In a convolution by depth each group has
   * one input, which makes all its outputs.
   */
  static void convolution(NodeAxes node) {
    Axis weight = Axis.ofInput(1, 1);
    int outputs = node.fixed(Axis.ofInput(1, 0));
    int inputs = node.fixed(weight);
    int groups = requireGroups(node, outputs);
    if (inputs > 1 || groups == 1) {
      Blocks each = Blocks.repeated(groups);
      node.tell(CONTRACTED, weight, INPUTS, IndexMap.blocks(inputs, Blocks.SINGLE, each));
    }
    if (groups > 1) {
      grouped(node, INPUTS, groups, outputs / groups, inputs);
    }
    node.same(CARRIED, BATCH, Axis.ofInput(0, 0));
    node.same(CARRIED, CHANNELS, Axis.ofInput(1, 0));
    if (node.has(2)) {
      node.same(CARRIED, CHANNELS, Axis.ofInput(2, 0));
    }
  }

  /** A convolution with something of the shape of its output added to it. */
  static void fusedConvolution(NodeAxes node) {
    convolution(node);
    if (node.has(3)) {
      node.same(CARRIED, BATCH, Axis.ofInput(3, 0));
      node.same(CARRIED, CHANNELS, Axis.ofInput(3, 1));
    }
  }

  /** Weights are [inputs, outputs of a group, places...]. */
  static void transposedConvolution(NodeAxes node) {
    Axis weight = Axis.ofInput(1, 0);
    int inputs = node.fixed(weight);
    int outputs = node.fixed(Axis.ofInput(1, 1));
    int groups = requireGroups(node, inputs);
    if (inputs > groups || groups == 1) {
      node.same(CONTRACTED, weight, INPUTS);
    }
    if (groups > 1) {
      grouped(node, INPUTS, groups, outputs, inputs / groups);
      grouped(node, weight, groups, outputs, inputs / groups);
    }
    node.same(CARRIED, BATCH, Axis.ofInput(0, 0));
    if (outputs > 1 || groups == 1) {
      IndexMap each = IndexMap.blocks(outputs, Blocks.repeated(groups), Blocks.SINGLE);
      node.tell(CARRIED, CHANNELS, Axis.ofInput(1, 1), each);
    }
    if (node.has(2)) {
      node.same(CARRIED, CHANNELS, Axis.ofInput(2, 0));
    }
  }

  private static int requireGroups(NodeAxes node, int channels) {
    int groups = node.groups();
    if (groups < 1 || channels % groups != 0) {
      throw new UnknownAxes(channels + " channels are not " + groups + " groups");
    }
    return groups;
  }

  private static void grouped(NodeAxes node, Axis source, int groups, int outputs, int inputs) {
    Kind kind = inputs == 1 ? CARRIED : GROUPED;
    IndexMap map = IndexMap.blocks(groups, Blocks.of(outputs), Blocks.of(inputs));
    node.tell(kind, CHANNELS, source, map);
  }

  /**
   * Where maxima lie is counted over all channels, so that whoever wants to know is not followed.
   */
  static void pooled(NodeAxes node) {
    if (node.gives(1)) {
      throw new UnknownAxes("it tells where its maxima lie");
    }
    PointwiseAxes.along(node, axis -> axis < 2);
  }

  /** Axes that keep their size exactly are carried, the others opaque. */
  static void resized(NodeAxes node) {
    int[] sizes = node.input(0);
    boolean[] kept = new boolean[sizes.length];
    boolean crops =
        node.node()
            .textAttribute("coordinate_transformation_mode", "")
            .startsWith("tf_crop_and_resize");
    boolean stretches =
        node.node().textAttribute("keep_aspect_ratio_policy", "stretch").equals("stretch");
    if (crops || !stretches) {
      throw new UnknownAxes("what it keeps depends on more than its sizes");
    }
    long[] all = LongStream.range(0, sizes.length).toArray();
    long[] axes = node.node().intsAttribute("axes", all);
    boolean[] named = NodeAxes.marked(axes, sizes.length);
    IntStream.range(0, kept.length).forEach(axis -> kept[axis] = !named[axis]);
    int inputs = node.node().inputs().size();
    boolean toSizes = inputs > 3 && node.has(3);
    double[] target = toSizes ? node.numbers(3) : scales(node, inputs <= 2 ? 1 : 2);
    for (int i = 0; i < axes.length && target != null; i++) {
      int axis = NodeAxes.counted(axes[i], sizes.length);
      kept[axis] = target[i] == (toSizes ? sizes[axis] : 1);
    }
    PointwiseAxes.along(node, axis -> kept[axis]);
  }

  /** Scales were an attribute, then input 1, then input 2. */
  private static double @Nullable [] scales(NodeAxes node, int input) {
    return node.node().attribute("scales") instanceof Attribute.Reals reals
        ? reals.values().stream().mapToDouble(Float::doubleValue).toArray()
        : node.numbers(input);
  }

  /** Each region is cut out of all channels of one picture. */
  static void regions(NodeAxes node) {
    node.same(CARRIED, CHANNELS, INPUTS);
    node.same(CARRIED, BATCH, Axis.ofInput(1, 0), Axis.ofInput(2, 0));
  }

  static void sampledOnGrid(NodeAxes node) {
    node.same(CARRIED, CHANNELS, INPUTS);
    node.meet(BATCH, _ -> CARRIED, List.of(Axis.ofInput(0, 0), Axis.ofInput(1, 0)));
  }
}
