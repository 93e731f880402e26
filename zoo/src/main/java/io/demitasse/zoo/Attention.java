package io.demitasse.zoo;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import org.jspecify.annotations.Nullable;

/**
 * Attention of several heads (Vaswani et al.: Attention Is All You Need, NeurIPS 2017).
 *
 * <pre>
 *   softmax(queries x keys^T / sqrt(width / heads) + bias) x values, for each head
 * </pre>
 *
 * @param fill of the projections of queries, keys and values
 * @param outputFill of the projection behind
 * @param keyBias whether keys have a bias, which moves all scores of a query alike and so changes
 *     no share
 */
record Attention(int width, int heads, Fill fill, Fill outputFill, boolean keyBias) {
  private static final String KEY = "key";

  /**
   * Lets vectors look at others.
   *
   * @param x who looks, {@code [batch, tokens, width]}
   * @param memory what is looked at, {@code [batch, places, width]}; x itself in self-attention
   * @param bias added to what each token finds of each place, broadcast to {@code [batch, heads,
   *     tokens, places]}; null for none
   * @return {@code [batch, tokens, width]}
   */
  Value apply(Network net, Value x, Value memory, @Nullable Value bias) {
    Value queries = queries(net, x);
    Value keys = heads(net, KEY, keyBias, memory, 0, 2, 3, 1);
    return mixed(net, queries, keys, values(net, memory), bias);
  }

  /** What tokens look for: {@code [batch, tokens, width]} to {@link #keys}' layout. */
  Value queries(Network net, Value x) {
    return heads(net, "query", true, x, 0, 2, 1, 3);
  }

  /** What places are found by, {@code [batch, heads, places, width / heads]}. */
  Value keys(Network net, Value memory) {
    return heads(net, KEY, keyBias, memory, 0, 2, 1, 3);
  }

  /** What is taken from places, {@code [batch, heads, places, width / heads]}. */
  Value values(Network net, Value memory) {
    return heads(net, "value", true, memory, 0, 2, 1, 3);
  }

  /**
   * Lets tokens look at places whose keys and values are known.
   *
   * @param queries as {@link #queries} gives them
   * @param keys as {@link #keys} gives them
   * @param values as {@link #values} gives them
   * @return {@code [batch, tokens, width]}
   */
  Value known(Network net, Value queries, Value keys, Value values, @Nullable Value bias) {
    return mixed(net, queries, net.transposed("keys.turned", keys, 0, 1, 3, 2), values, bias);
  }

  private Value mixed(
      Network net, Value queries, Value turnedKeys, Value values, @Nullable Value bias) {
    Value scores =
        net.op(
            Op.DIV,
            "scaled",
            net.op(Op.MAT_MUL, "scores", queries, turnedKeys),
            net.number(Math.sqrt(width / (double) heads)));
    Value seen = bias == null ? scores : net.op(Op.ADD, "masked", scores, bias);
    Value shares = net.node(Op.SOFTMAX, "softmax", seen).attribute("axis", -1).append().output();
    Value mixed = net.op(Op.MAT_MUL, "mixed", shares, values);
    Value joined =
        net.op(
            Op.RESHAPE,
            "joined",
            net.transposed("turned", mixed, 0, 2, 1, 3),
            net.integers(0, 0, width));
    return new Dense(width, width, outputFill).vectors(net, "output", joined);
  }

  private Value heads(Network net, String name, boolean biased, Value x, long... order) {
    Dense dense = new Dense(width, width, fill);
    Value projected = biased ? dense.vectors(net, name, x) : dense.product(net, name, x);
    Value divided =
        net.op(Op.RESHAPE, name + ".heads", projected, net.integers(0, 0, heads, width / heads));
    return net.transposed(name + ".turned", divided, order);
  }
}
