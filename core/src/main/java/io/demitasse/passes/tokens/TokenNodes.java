package io.demitasse.passes.tokens;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.rewrite.Unread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Writes nodes one after the other at a place in a graph, in ONNX's own operators, as the opset of
 * the model spells them.
 */
final class TokenNodes {
  /** Since then the axes of every reduction are an input. */
  private static final int AXES_AS_INPUT = 18;

  private final Graph graph;
  private final long opset;
  private final String scope;
  private boolean before;
  private Node last;

  private TokenNodes(Model model, String scope, Node place, boolean before) {
    this.graph = model.graph();
    this.opset = model.opset();
    this.scope = scope;
    this.before = before;
    this.last = place;
  }

  /**
   * @param scope what the names of all nodes begin with
   */
  static TokenNodes behind(Node place, Model model, String scope) {
    return new TokenNodes(model, scope, place, false);
  }

  static TokenNodes before(Node place, Model model, String scope) {
    return new TokenNodes(model, scope, place, true);
  }

  /** Whether a graph has nodes that were made under names that begin so. */
  static boolean areIn(Graph graph, String scope) {
    return graph.nodes().stream().anyMatch(node -> node.name().startsWith(scope + "."));
  }

  /** Removes what nobody reads of all that was made under such names. */
  static void removeUnread(Graph graph, String scope) {
    for (Node node : List.copyOf(graph.nodes()).reversed()) {
      boolean isMade = node.name().startsWith(scope + ".");
      if (isMade && node.presentOutputs().stream().noneMatch(Unread::isRead)) {
        List<Value> constants = constants(node);
        graph.remove(node);
        constants.forEach(Unread::remove);
      }
    }
  }

  private static List<Value> constants(Node node) {
    List<Value> constants = new ArrayList<>();
    for (Value input : node.inputs()) {
      if (input != null && input.initializer() != null && !constants.contains(input)) {
        constants.add(input);
      }
    }
    return constants;
  }

  private NodeBuilder node(Op op, String name, Value... inputs) {
    return op.in(graph).name(graph.freeName(scope + "." + name)).inputs(inputs);
  }

  private Node put(NodeBuilder builder) {
    last = before ? builder.insertBefore(last) : builder.insertAfter(last);
    before = false;
    return last;
  }

  Value op(Op op, String name, Value... inputs) {
    return put(node(op, name, inputs)).output();
  }

  Value numbers(String name, long[] sizes, float... numbers) {
    return graph.addInitializer(
        graph.freeName(scope + "." + name), Tensor.ofFloats(sizes, numbers));
  }

  /** Integers as a tensor of some sizes. */
  Value integers(String name, long[] sizes, long... numbers) {
    return graph.addInitializer(graph.freeName(scope + "." + name), Tensor.ofLongs(sizes, numbers));
  }

  /** {@code [1, count]}, from a first number on. */
  Value range(String name, long first, int count) {
    return integers(name, new long[] {1, count}, LongStream.range(first, first + count).toArray());
  }

  private Value list(String name, long... numbers) {
    return integers(name, new long[] {numbers.length}, numbers);
  }

  /** The indices from {@code start} up to {@code end} of an axis, every {@code step}th of them. */
  Value slice(String name, Value value, int axis, long start, long end, long step) {
    return op(
        Op.SLICE,
        name,
        value,
        list(name + ".start", start),
        list(name + ".end", end),
        list(name + ".axis", axis),
        list(name + ".step", step));
  }

  Value concat(String name, int axis, List<Value> values) {
    return values.size() == 1
        ? values.getFirst()
        : put(node(Op.CONCAT, name, values.toArray(Value[]::new)).attribute("axis", axis)).output();
  }

  Value transposed(String name, Value value, long... order) {
    return put(node(Op.TRANSPOSE, name, value).attribute("perm", Attribute.ofInts(order))).output();
  }

  Value unsqueezed(String name, Value value, long axis) {
    return op(Op.UNSQUEEZE, name, value, list(name + ".axis", axis));
  }

  Value cast(String name, Value value, DataType type) {
    return put(node(Op.CAST, name, value).attribute("to", type.code())).output();
  }

  /** A reduction along one axis, which stays with one index, or goes. */
  Value reduced(Op op, String name, Value value, long axis, boolean keep) {
    NodeBuilder builder = node(op, name, value).attribute("keepdims", keep ? 1 : 0);
    boolean asInput = opset >= AXES_AS_INPUT || op == Op.REDUCE_SUM;
    return put(asInput
            ? builder.inputs(list(name + ".axis", axis))
            : builder.attribute("axes", Attribute.ofInts(axis)))
        .output();
  }

  /** The index of the largest along an axis, which goes. */
  Value largest(String name, Value value, long axis) {
    return put(node(Op.ARG_MAX, name, value).attribute("axis", axis).attribute("keepdims", 0))
        .output();
  }

  /**
   * The places along axis 1 of the first of a row, in order.
   *
   * @param value {@code [batch, places]}
   * @param largest whether the largest comes first, or the smallest
   */
  Value ranked(String name, Value value, int count, boolean largest) {
    return top(name, value, count, largest, 1);
  }

  /** The smallest numbers of a row, in rising order. */
  Value rising(String name, Value value, int count) {
    return top(name, value, count, false, 0);
  }

  private Value top(String name, Value value, int count, boolean largest, int output) {
    NodeBuilder builder =
        node(Op.TOP_K, name, value, list(name + ".count", count))
            .attribute("axis", 1)
            .attribute("largest", largest ? 1 : 0);
    String read = graph.freeName(scope + "." + name);
    String unread = graph.freeName(scope + "." + name + ".unread");
    Node node = put(output == 0 ? builder.outputs(read, unread) : builder.outputs(unread, read));
    return Objects.requireNonNull(node.output(output));
  }

  /** From each row the elements at some places, {@code [batch, places]} of both. */
  Value picked(String name, Value rows, Value places) {
    return put(node(Op.GATHER_ELEMENTS, name, rows, places).attribute("axis", 1)).output();
  }

  /** From each row {@code [batch, tokens, width]} the vectors at some places. */
  Value vectors(String name, Value rows, Value places) {
    Value indices = unsqueezed(name + ".indices", places, 2);
    return put(node(Op.GATHER_ND, name, rows, indices).attribute("batch_dims", 1)).output();
  }

  /** The same places of all rows. */
  Value gathered(String name, Value rows, long... places) {
    return put(node(Op.GATHER, name, rows, list(name + ".places", places)).attribute("axis", 1))
        .output();
  }

  static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  static long[] places(int count) {
    return IntStream.range(0, count).asLongStream().toArray();
  }
}
