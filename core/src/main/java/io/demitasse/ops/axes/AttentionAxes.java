package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.AxisMap.Kind.CONTRACTED;
import static io.demitasse.ops.axes.AxisMap.Kind.GROUPED;

import io.demitasse.ops.axes.IndexMap.Blocks;

/**
 * Rules of attention as ONNX Runtime has it. A head of the output depends on all of the query and
 * key of that head, and each of its numbers on one of the value. Tokens are opaque.
 */
final class AttentionAxes {
  private static final Axis BATCH = Axis.ofOutput(0, 0);
  private static final Axis HIDDEN = Axis.ofOutput(0, 2);

  private AttentionAxes() {}

  /**
   * Where queries, keys and values lie behind each other along one axis.
   *
   * @param keys how many numbers a query and a key have, of all heads
   * @param values how many a value has
   */
  private record Packing(int heads, int keys, int values) {
    Packing {
      if (heads < 1 || keys % heads != 0 || values % heads != 0) {
        throw new UnknownAxes(keys + " and " + values + " numbers are not " + heads + " heads");
      }
    }

    Blocks key() {
      return Blocks.of(keys / heads);
    }

    Blocks value() {
      return Blocks.of(values / heads);
    }

    /** Queries and keys of a head. */
    IndexMap grouped() {
      Blocks both = new Blocks(2, keys / heads);
      return IndexMap.blocks(heads, value(), both)
          .then(IndexMap.offset(2 * keys, whole(), 0, 0, 2 * keys));
    }

    IndexMap carried() {
      return IndexMap.offset(values, whole(), 0, 2 * keys, values);
    }

    int whole() {
      return Math.addExact(Math.multiplyExact(2, keys), values);
    }

    void tell(NodeAxes node, Axis source) {
      node.tell(GROUPED, HIDDEN, source, grouped());
      node.tell(CARRIED, HIDDEN, source, carried());
    }
  }

  /** Attention that projects its input [batch, tokens, inputs] itself. */
  static void projecting(NodeAxes node) {
    requirePlain(node, 4);
    int packed = node.fixed(Axis.ofInput(1, 1));
    long[] sizes =
        node.node().intsAttribute("qkv_hidden_sizes", packed / 3, packed / 3, packed / 3);
    if (sizes.length != 3 || sizes[0] != sizes[1]) {
      throw new UnknownAxes("its queries, keys and values are not told apart");
    }
    Packing packing =
        new Packing(heads(node), Math.toIntExact(sizes[0]), Math.toIntExact(sizes[2]));
    node.same(CONTRACTED, Axis.ofInput(1, 0), Axis.ofInput(0, 2));
    packing.tell(node, Axis.ofInput(1, 1));
    if (node.has(2)) {
      packing.tell(node, Axis.ofInput(2, 0));
    }
    if (!node.has(3)) {
      node.same(CARRIED, BATCH, Axis.ofInput(0, 0));
    }
  }

  /**
   * Attention over queries, keys and values [batch, tokens, numbers of all heads]. A bias would
   * have to follow queries and keys, which no output does.
   */
  static void ofHeads(NodeAxes node) {
    requirePlain(node, 5);
    if (node.has(3)) {
      throw new UnknownAxes("it has a bias for queries and keys together");
    }
    if (!node.has(1) || !node.has(2) || node.input(1).length != 3 || node.input(2).length != 3) {
      throw new UnknownAxes("its keys and values are packed");
    }
    Axis query = Axis.ofInput(0, 2);
    Axis key = Axis.ofInput(1, 2);
    Axis value = Axis.ofInput(2, 2);
    Packing packing = new Packing(heads(node), node.fixed(key), node.fixed(value));
    IndexMap head = IndexMap.blocks(packing.heads(), packing.value(), packing.key());
    node.same(CONTRACTED, key, query);
    node.tell(GROUPED, HIDDEN, query, head);
    node.tell(GROUPED, HIDDEN, key, head);
    node.same(CARRIED, HIDDEN, value);
    if (!node.has(4)) {
      node.same(CARRIED, BATCH, Axis.ofInput(0, 0), Axis.ofInput(1, 0), Axis.ofInput(2, 0));
    }
  }

  private static int heads(NodeAxes node) {
    return Math.toIntExact(node.node().intAttribute("num_heads", 0));
  }

  /** A cache, and what is added for each head, would have to follow the heads. */
  private static void requirePlain(NodeAxes node, int firstOfOthers) {
    boolean others = node.node().presentOutputs().size() > 1;
    for (int input = firstOfOthers; input < node.node().inputs().size(); input++) {
      others |= node.has(input);
    }
    if (others || node.node().intAttribute("do_rotary", 0) != 0) {
      throw new UnknownAxes("it has a cache or something else for each head");
    }
  }
}
