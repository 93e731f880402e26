package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * GPT-2, which says of each token what may follow (Radford, Wu, Child, Luan, Amodei and Sutskever:
 * Language Models are Unsupervised Multitask Learners, 2019).
 *
 * <pre>
 *   input_ids [batch,tokens] ─ words + positions ─ layers ─ norm ─ x words^T ─ logits [batch,tokens,words]
 * </pre>
 *
 * <p>A token sees itself and what is before it. The table of words is that of the scores as well,
 * held once.
 */
public record Gpt2(
    @Setting("words of the vocabulary") int words,
    @Setting("the most tokens of a text") int positions,
    @Setting("size of a token's vector") int width,
    @Setting("layers") int layers,
    @Setting("heads of the attention") int heads,
    @Setting("width inside the feed-forward part") int hidden)
    implements Architecture {

  public static final Gpt2 SMALL = new Gpt2(50_257, 1024, 768, 12, 12, 3072);
  public static final Gpt2 MEDIUM = new Gpt2(50_257, 1024, 1024, 24, 16, 4096);

  private static final double DEVIATION = 0.02;
  private static final float EPSILON = 1e-5f;

  public Gpt2 {
    Limits.rows("words", words);
    Limits.rows("positions", positions);
    Limits.transformer("", width, heads, hidden, layers);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("gpt-2", Activation.GELU_OPSET, seed);
    Value ids = Texts.input(net, Texts.IDS);
    Fill fill = Fill.normal(DEVIATION);
    Value places = Texts.places(net, ids);
    Value table = net.weight("words.weight", fill, words, width);
    Value word = net.op(Op.GATHER, "words", table, ids);
    Value place =
        Texts.embedded(net, "positions", places, positions, width, Fill.normal(DEVIATION / 2));
    Value x = net.op(Op.ADD, "embedded", word, place);
    Transformer transformer = transformer(fill);
    Value said = transformer.layers(net, layers, x, Texts.causal(net, places));
    Value normalized = transformer.norm(net, "norm", said);
    Value scores =
        net.op(Op.MAT_MUL, "scores", normalized, net.transposed("words.turned", table, 1, 0));
    return Bundle.of(net.output("logits", scores, Texts.vectors(words)).model());
  }

  /** What ends in a sum begins smaller, by the root of how many are added up. */
  private Transformer transformer(Fill fill) {
    Fill residual = Fill.normal(DEVIATION / Math.sqrt(2.0 * layers));
    Transformer.Fills fills = new Transformer.Fills(fill, fill, residual);
    return new Transformer(width, heads, hidden, Activation.GELU_TANH, true, EPSILON, fills);
  }
}
