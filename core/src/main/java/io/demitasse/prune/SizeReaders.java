package io.demitasse.prune;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.Arrays;
import java.util.Optional;

/** What asks for sizes of a value while the model runs. */
final class SizeReaders {
  private SizeReaders() {}

  /**
   * Whether a node asks for sizes, and what becomes of the answer is right whatever the size of one
   * axis: others are picked from it, or something is brought to the same shape.
   */
  static boolean isIndifferent(Node node, int axis) {
    if (!node.is("Shape") || node.output().isOutput()) {
      return false;
    }
    long start = node.intAttribute("start", 0);
    long end = node.intAttribute("end", Long.MAX_VALUE);
    boolean others = start > axis || (end >= 0 && end <= axis);
    boolean all = start == 0 && end == Long.MAX_VALUE;
    return others
        || (all && node.output().uses().stream().allMatch(use -> isIndifferent(use, axis)));
  }

  private static boolean isIndifferent(Value.Use use, int axis) {
    Node reader = use.node();
    return switch (reader.opType()) {
      case "Gather" -> use.index() == 0 && picksOther(reader, axis);
      case "Slice" -> use.index() == 0 && slicesOthers(reader, axis);
      case "Cast", "Identity" ->
          reader.output().uses().stream().allMatch(next -> isIndifferent(next, axis));
      case "Reshape", "Expand" -> use.index() == 1;
      default -> false;
    };
  }

  private static boolean picksOther(Node gather, int axis) {
    Optional<Tensor> picks = gather.constantInput(1);
    return picks.isPresent()
        && Arrays.stream(picks.get().toLongs()).allMatch(pick -> pick >= 0 && pick != axis);
  }

  /** From the first axis up to one before. */
  private static boolean slicesOthers(Node slice, int axis) {
    Optional<Tensor> end = slice.constantInput(2);
    boolean forward =
        slice.input(4) == null
            || slice.constantInput(4).filter(step -> step.toLongs()[0] > 0).isPresent();
    return forward
        && end.isPresent()
        && end.get().elementCount() == 1
        && end.get().toLongs()[0] >= 0
        && end.get().toLongs()[0] <= axis;
  }
}
