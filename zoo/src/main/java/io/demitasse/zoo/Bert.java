package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * BERT's encoder of texts (Devlin, Chang, Lee and Toutanova: BERT: Pre-training of Deep
 * Bidirectional Transformers for Language Understanding, NAACL 2019), without the heads of its
 * training.
 *
 * <pre>
 *   input_ids      [batch,tokens] ─ words ─────┐
 *   token_type_ids [batch,tokens] ─ segments ──┼─ norm ─ layers ─┬─ last_hidden_state [batch,tokens,width]
 *                                  positions ──┘        │        └─ dense, tanh of the first token ─ pooler_output [batch,width]
 *   attention_mask [batch,tokens] ── 0 is padding ──────┘
 * </pre>
 */
public record Bert(
    @Setting("words of the vocabulary") int words,
    @Setting("the most tokens of a text") int positions,
    @Setting("size of a token's vector") int width,
    @Setting("layers") int layers,
    @Setting("heads of the attention") int heads,
    @Setting("width inside the feed-forward part") int hidden)
    implements Architecture {

  public static final Bert BASE = new Bert(30_522, 512, 768, 12, 12, 3072);

  /** Turc, Chang, Lee and Toutanova: Well-Read Students Learn Better, 2019. */
  public static final Bert TINY = new Bert(30_522, 512, 128, 2, 2, 512);

  private static final int SEGMENTS = 2;
  private static final Fill FILL = Fill.truncatedNormal(0.02);
  private static final float EPSILON = 1e-12f;

  public Bert {
    Limits.rows("words", words);
    Limits.rows("positions", positions);
    Limits.transformer("", width, heads, hidden, layers);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("bert", Activation.GELU_OPSET, seed);
    Value ids = Texts.input(net, Texts.IDS);
    Value mask = Texts.input(net, Texts.MASK);
    Value segments = Texts.input(net, "token_type_ids");
    Transformer transformer =
        new Transformer(
            width, heads, hidden, Activation.GELU, false, EPSILON, Transformer.Fills.all(FILL));
    Value x = embedded(net.in("embeddings"), ids, segments);
    Value embedded = transformer.norm(net.in("embeddings"), "norm", x);
    Value encoded = transformer.layers(net, layers, embedded, Texts.padding(net, mask));
    Value first = Texts.first(net, "first", encoded);
    Value pooled =
        net.op(Op.TANH, "tanh", new Dense(width, width, FILL).rows(net, "pooler", first));
    return Bundle.of(
        net.output("last_hidden_state", encoded, Texts.vectors(width))
            .output("pooler_output", pooled, Network.BATCH, Dim.of(width))
            .model());
  }

  private Value embedded(Network net, Value ids, Value segments) {
    Value word = Texts.embedded(net, "words", ids, words, width, FILL);
    Value segment = Texts.embedded(net, "segments", segments, SEGMENTS, width, FILL);
    Value place = Texts.embedded(net, "positions", Texts.places(net, ids), positions, width, FILL);
    return net.op(Op.ADD, "all", net.op(Op.ADD, "meant", word, segment), place);
  }
}
