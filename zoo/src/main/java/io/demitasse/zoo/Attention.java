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
 */
record Attention(int width, int heads, Fill fill, Fill outputFill) {

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
    Value queries = heads(net, "query", x, 0, 2, 1, 3);
    Value keys = heads(net, "key", memory, 0, 2, 3, 1);
    Value values = heads(net, "value", memory, 0, 2, 1, 3);
    Value scores =
        net.op(
            Op.DIV,
            "scaled",
            net.op(Op.MAT_MUL, "scores", queries, keys),
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

  private Value heads(Network net, String name, Value x, long... order) {
    Value projected = new Dense(width, width, fill).vectors(net, name, x);
    Value divided =
        net.op(Op.RESHAPE, name + ".heads", projected, net.integers(0, 0, heads, width / heads));
    return net.transposed(name + ".turned", divided, order);
  }
}
