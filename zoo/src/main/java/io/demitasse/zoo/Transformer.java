package io.demitasse.zoo;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import org.jspecify.annotations.Nullable;

/**
 * The layers of transformers, over {@code [batch, tokens, width]} (Vaswani et al.: Attention Is All
 * You Need, NeurIPS 2017).
 *
 * <pre>
 *   normalized behind    x = norm(x + attention(x));    x = norm(x + feedForward(x))
 *   normalized before    x = x + attention(norm(x));    x = x + feedForward(norm(x))
 * </pre>
 *
 * @param hidden width inside the feed-forward part
 * @param before whether each part normalizes what it reads, or else the sum behind it
 * @param epsilon of the normalizations
 * @param keyBias whether keys of the attention have a bias
 */
record Transformer(
    int width,
    int heads,
    int hidden,
    Activation activation,
    boolean before,
    float epsilon,
    Fills fills,
    boolean keyBias) {

  /** The usual layers, whose keys have a bias. */
  Transformer(
      int width,
      int heads,
      int hidden,
      Activation activation,
      boolean before,
      float epsilon,
      Fills fills) {
    this(width, heads, hidden, activation, before, epsilon, fills, true);
  }

  /**
   * How weights begin.
   *
   * @param attention of queries, keys and values
   * @param up into the feed-forward part
   * @param residual of what ends in a sum
   */
  record Fills(Fill attention, Fill up, Fill residual) {
    /** The same for all. */
    static Fills all(Fill fill) {
      return new Fills(fill, fill, fill);
    }
  }

  /** What is done to vectors. */
  @FunctionalInterface
  interface Part {
    Value apply(Network net, Value x);
  }

  /**
   * Layers of an encoder; with a bias that hides what is to come, of a decoder.
   *
   * @param count of the layers, named {@code layers.0} and so on
   * @param bias of the attention, as {@link Attention#apply} takes it
   */
  Value layers(Network net, int count, Value x, @Nullable Value bias) {
    Value value = x;
    for (int layer = 0; layer < count; layer++) {
      Network in = net.in("layers", layer);
      value = self(in, value, bias);
      value = feedForward(in, value);
    }
    return value;
  }

  /**
   * Layers that also look at something else.
   *
   * @param memory what they look at, {@code [batch, places, width]}
   * @param memoryBias of that attention
   */
  Value layers(
      Network net,
      int count,
      Value x,
      @Nullable Value bias,
      Value memory,
      @Nullable Value memoryBias) {
    Value value = x;
    for (int layer = 0; layer < count; layer++) {
      Network in = net.in("layers", layer);
      value = self(in, value, bias);
      value =
          residual(
              in,
              "cross_attention",
              value,
              (part, input) -> attention().apply(part, input, memory, memoryBias));
      value = feedForward(in, value);
    }
    return value;
  }

  /** A normalization of vectors of this width. */
  Value norm(Network net, String name, Value x) {
    return new LayerNorm(width, epsilon).apply(net, name, x);
  }

  private Value self(Network net, Value x, @Nullable Value bias) {
    return residual(
        net, "attention", x, (part, input) -> attention().apply(part, input, input, bias));
  }

  /** The attention of these layers. */
  Attention attention() {
    return new Attention(width, heads, fills.attention(), fills.residual(), keyBias);
  }

  /** The feed-forward part of a layer, with its sum. */
  Value feedForward(Network net, Value x) {
    return residual(net, "feed_forward", x, this::wideAndBack);
  }

  private Value wideAndBack(Network net, Value x) {
    Value wide = new Dense(width, hidden, fills.up()).vectors(net, "up", x);
    Value bent = activation.apply(net, "act", wide);
    return new Dense(hidden, width, fills.residual()).vectors(net, "down", bent);
  }

  /** A part of a layer, with its normalization and its sum. */
  Value residual(Network net, String name, Value x, Part part) {
    Network in = net.in(name);
    if (before) {
      return net.op(Op.ADD, name + ".sum", x, part.apply(in, norm(in, "norm", x)));
    }
    return norm(in, "norm", net.op(Op.ADD, name + ".sum", x, part.apply(in, x)));
  }
}
