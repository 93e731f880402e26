package io.demitasse.ops;

import io.demitasse.ir.Node;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the table says of one operator; each method returns the row with one fact more.
 *
 * @param weights inputs that hold what was learned
 * @param integers inputs that 8-bit integers can stand for
 * @param bias input that is added to each output channel, or -1
 * @param axis where the output channels of a weight lie, or null when it has none
 */
record Row(
    Kind kind,
    boolean pure,
    List<Integer> weights,
    List<Integer> integers,
    int bias,
    @Nullable AxisRule axis) {

  /** What becomes of single elements. */
  enum Kind {
    /** An output element depends on the input elements at its own (broadcast) place alone. */
    ELEMENTWISE,
    /** Output elements are input elements (of input 0, or of all inputs) at other places. */
    MOVING,
    OTHER
  }

  /**
   * Finds the axis of a weight input along which the output channels lie; negative from the last.
   */
  @FunctionalInterface
  interface AxisRule {
    int axis(Node node, int input);
  }

  /** An operator of which no class of its own is known; pure unless said otherwise. */
  static Row plain() {
    return new Row(Kind.OTHER, true, List.of(), List.of(), -1, null);
  }

  static Row elementwise() {
    return new Row(Kind.ELEMENTWISE, true, List.of(), List.of(), -1, null);
  }

  static Row moving() {
    return new Row(Kind.MOVING, true, List.of(), List.of(), -1, null);
  }

  /** Results differ from run to run, or the node has effects or graphs of its own: never folded. */
  Row impure() {
    return new Row(kind, false, weights, integers, bias, axis);
  }

  Row weights(Integer... inputs) {
    return new Row(kind, pure, List.copyOf(Arrays.asList(inputs)), integers, bias, axis);
  }

  Row integers(Integer... inputs) {
    return new Row(kind, pure, weights, List.copyOf(Arrays.asList(inputs)), bias, axis);
  }

  Row bias(int input) {
    return new Row(kind, pure, weights, integers, input, axis);
  }

  Row channels(int always) {
    return channels((_, _) -> always);
  }

  Row channels(AxisRule rule) {
    return new Row(kind, pure, weights, integers, bias, rule);
  }
}
