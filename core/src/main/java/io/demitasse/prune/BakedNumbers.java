package io.demitasse.prune;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.ops.axes.Axis;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Numbers that follow from sizes and were written into attributes and constants: the sizes that a
 * Reshape gives, the groups of a convolution, the hidden size of a recurrence. Where an axis loses
 * indices they follow.
 */
final class BakedNumbers {

  /** How the numbers of an operator follow. */
  @FunctionalInterface
  interface Rule {
    /** Why they cannot where an axis loses indices; empty when they can. */
    default Optional<String> refusal(Node node, Axis axis, Before before) {
      return Optional.empty();
    }

    /**
     * Lets them follow.
     *
     * @param before the model as it was
     */
    void rewrite(Node node, RemovedIndices removal, Before before);
  }

  private static final Map<Op, Rule> RULES =
      Map.ofEntries(
          Map.entry(Op.RESHAPE, new BakedLists.TargetSizes("shape", 1)),
          Map.entry(Op.EXPAND, new BakedLists.TargetSizes("shape", 1)),
          Map.entry(Op.RESIZE, new BakedLists.TargetSizes("sizes", 3)),
          Map.entry(Op.SPLIT, new BakedLists.SplitSizes()),
          Map.entry(Op.SLICE, new BakedLists.SliceBounds()),
          Map.entry(Op.GATHER, new BakedLists.Picks()),
          Map.entry(Op.PAD, new BakedLists.Pads()),
          Map.entry(Op.SQUEEZE, new BakedLists.SqueezedAxes()),
          Map.entry(Op.CONV, groups("group", 0, 1)),
          Map.entry(Op.CONTRIB_FUSED_CONV, groups("group", 0, 1)),
          Map.entry(Op.CONV_TRANSPOSE, groups("group", 0, 1)),
          Map.entry(Op.GROUP_NORMALIZATION, groups("num_groups", 0, 1)),
          Map.entry(Op.CONTRIB_MULTI_HEAD_ATTENTION, groups("num_heads", 2, 2)),
          Map.entry(Op.CONTRIB_ATTENTION, BakedNumbers::projectingAttention),
          Map.entry(Op.LSTM, BakedNumbers::recurrence),
          Map.entry(Op.GRU, BakedNumbers::recurrence),
          Map.entry(Op.RNN, BakedNumbers::recurrence));

  private BakedNumbers() {}

  static Optional<String> refusal(Node node, Axis axis, Before before) {
    return rule(node).flatMap(rule -> rule.refusal(node, axis, before));
  }

  /** Lets the numbers of a node follow; its constants still have their old sizes. */
  static void rewrite(Node node, RemovedIndices removal, Before before) {
    rule(node).ifPresent(rule -> rule.rewrite(node, removal, before));
  }

  private static Optional<Rule> rule(Node node) {
    return Op.of(node).map(RULES::get);
  }

  /** A number of groups that an axis of an input is divided into. */
  private static Rule groups(String attribute, int input, int axis) {
    return (node, removal, before) -> {
      long groups = node.intAttribute(attribute, 1);
      if (groups > 1) {
        Value value = node.requiredInput(input);
        long left = left(value, axis, groups, removal, before);
        node.attribute(attribute, Attribute.of(left));
      }
    };
  }

  /** How many groups have any index left. */
  private static long left(
      Value value, int axis, long groups, RemovedIndices removal, Before before) {
    int each = (int) (before.size(value, axis) / groups);
    return IntStream.range(0, (int) groups)
        .filter(
            group ->
                IntStream.range(group * each, (group + 1) * each)
                    .anyMatch(index -> !removal.contains(value, axis, index)))
        .count();
  }

  /** Heads of the output, and how many numbers queries, keys and values have. */
  private static void projectingAttention(Node node, RemovedIndices removal, Before before) {
    Value output = node.output();
    long heads = node.intAttribute("num_heads", 1);
    long left = left(output, 2, heads, removal, before);
    long packed = before.size(node.requiredInput(1), 1);
    long[] sizes = node.intsAttribute("qkv_hidden_sizes", packed / 3, packed / 3, packed / 3);
    node.attribute("num_heads", Attribute.of(left));
    node.attribute(
        "qkv_hidden_sizes",
        Attribute.ofInts(
            sizes[0] / heads * left, sizes[1] / heads * left, sizes[2] / heads * left));
  }

  private static void recurrence(Node node, RemovedIndices removal, Before before) {
    Value weight = node.requiredInput(2);
    long hidden = before.size(weight, 2) - removal.count(weight, 2);
    node.attribute("hidden_size", Attribute.of(hidden));
  }
}
