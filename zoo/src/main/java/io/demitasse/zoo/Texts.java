package io.demitasse.zoo;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/** How networks of texts begin: tokens, their places, and what attention may see of them. */
final class Texts {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";

  /** Added to what is not to be seen, as in the code of BERT's authors. */
  private static final double UNSEEN = -10_000;

  private Texts() {}

  /** The input {@code input_ids [batch, tokens]}, or another of this shape. */
  static Value input(Network net, String name) {
    return net.input(name, DataType.INT64, Network.BATCH, Network.TOKENS);
  }

  /** A vector for each number: {@code [..]} to {@code [.., width]}. */
  static Value embedded(Network net, String name, Value ids, int rows, int width, Fill fill) {
    return net.op(Op.GATHER, name, net.in(name).weight("weight", fill, rows, width), ids);
  }

  /** The numbers of the tokens' places, {@code [tokens]}, from 0 on. */
  static Value places(Network net, Value ids) {
    Value sizes =
        net.node(Op.SHAPE, "tokens", ids)
            .attribute("start", 1)
            .attribute("end", 2)
            .append()
            .output();
    Value count = net.op(Op.SQUEEZE, "count", sizes, net.integers(0));
    return net.op(Op.RANGE, "places", net.integer(0), count, net.integer(1));
  }

  /**
   * A bias that hides padding.
   *
   * @param mask 1 for tokens and 0 for padding, {@code [batch, tokens]}
   * @return {@code [batch, 1, 1, tokens]}
   */
  static Value padding(Network net, Value mask) {
    Value wide = net.op(Op.UNSQUEEZE, "mask.wide", mask, net.integers(1, 2));
    Value real =
        net.node(Op.CAST, "mask.real", wide)
            .attribute("to", DataType.FLOAT.code())
            .append()
            .output();
    Value hidden = net.op(Op.SUB, "mask.hidden", net.number(1), real);
    return net.op(Op.MUL, "mask.bias", hidden, net.number(UNSEEN));
  }

  /**
   * A bias that hides what is to come.
   *
   * @param places {@code [tokens]}
   * @return {@code [tokens, tokens]}
   */
  static Value causal(Network net, Value places) {
    return causal(net, places, places);
  }

  /**
   * The same for tokens that also see some before them.
   *
   * @param places of the tokens that look, {@code [tokens]}
   * @param all places that may be looked at, {@code [all]}
   * @return {@code [tokens, all]}
   */
  static Value causal(Network net, Value places, Value all) {
    Value column = net.op(Op.UNSQUEEZE, "causal.column", places, net.integers(1));
    Value later = net.op(Op.LESS, "causal.later", column, all);
    return net.op(Op.WHERE, "causal.bias", later, net.number(UNSEEN), net.number(0));
  }

  /** The vectors of the first tokens: {@code [batch, tokens, width]} to {@code [batch, width]}. */
  static Value first(Network net, String name, Value x) {
    return net.node(Op.GATHER, name, x, net.integer(0)).attribute("axis", 1).append().output();
  }

  /** The shape of vectors for each token. */
  static Dim[] vectors(int width) {
    return new Dim[] {Network.BATCH, Network.TOKENS, Dim.of(width)};
  }
}
