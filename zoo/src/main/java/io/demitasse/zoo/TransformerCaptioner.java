package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * Says what is in a picture, word by word, from the features that another network has found in each
 * region of it (Sharma, Ding, Goodman and Soricut: Conceptual Captions, ACL 2018, after Vaswani et
 * al.: Attention Is All You Need, NeurIPS 2017).
 *
 * <pre>
 *   features  [batch,regions,features] ─ dense ─ encoder layers ─┐ looked at
 *   input_ids [batch,tokens] ─ words + positions ─ decoder layers ─ dense ─ logits [batch,tokens,words]
 * </pre>
 *
 * <p>The words are those of a caption that is known: scores at a token are those of the next, and a
 * token sees none behind it. Positions are learned.
 */
public record TransformerCaptioner(
    @Setting("features of a region") int features,
    @Setting("words of the vocabulary") int words,
    @Setting("the most tokens of a caption") int positions,
    @Setting("size of a token's vector") int width,
    @Setting("layers of encoder and decoder each") int layers,
    @Setting("heads of the attention") int heads,
    @Setting("width inside the feed-forward part") int hidden)
    implements Architecture {

  /** The sizes of the base model of Vaswani et al., over the last features of a ResNet-50. */
  public static final TransformerCaptioner BASE =
      new TransformerCaptioner(2048, 8791, 64, 512, 6, 8, 2048);

  private static final Fill FILL = Fill.glorot();
  private static final float EPSILON = 1e-6f;

  public TransformerCaptioner {
    Limits.width("features", features);
    Limits.rows("words", words);
    Limits.rows("positions", positions);
    Limits.transformer("", width, heads, hidden, layers);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("transformer-captioner", Network.OPSET, seed);
    Dim regions = Dim.named("regions");
    Value picture = net.input("features", DataType.FLOAT, Network.BATCH, regions, Dim.of(features));
    Value ids = Texts.input(net, Texts.IDS);
    Transformer transformer =
        new Transformer(
            width, heads, hidden, Activation.RELU, false, EPSILON, Transformer.Fills.all(FILL));
    Network encoder = net.in("encoder");
    Value seen = new Dense(features, width, FILL).vectors(encoder, "regions", picture);
    Value memory = transformer.layers(encoder, layers, seen, null);
    Value said = decoded(net.in("decoder"), transformer, ids, memory);
    Value scores = new Dense(width, words, FILL).vectors(net, "scores", said);
    return Bundle.of(net.output("logits", scores, Texts.vectors(words)).model());
  }

  private Value decoded(Network net, Transformer transformer, Value ids, Value memory) {
    Fill fill = Fill.normal(1 / Math.sqrt(width));
    Value places = Texts.places(net, ids);
    Value word = Texts.embedded(net, "words", ids, words, width, fill);
    Value place = Texts.embedded(net, "positions", places, positions, width, fill);
    Value x = net.op(Op.ADD, "embedded", word, place);
    return transformer.layers(net, layers, x, Texts.causal(net, places), memory, null);
  }
}
