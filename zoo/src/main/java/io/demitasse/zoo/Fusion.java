package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * Classes of a picture with a text, in three ways of bringing the two together (for the terms see
 * Baltrusaitis, Ahuja and Morency: Multimodal Machine Learning: A Survey and Taxonomy, TPAMI 2019).
 *
 * <pre>
 *   pixel_values [batch,3,image,image] ─ patches + positions ───┐
 *   input_ids, attention_mask [batch,tokens] ─ words + positions ┴─ fused ─ dense ─ logits [batch,classes]
 * </pre>
 *
 * <p>The first token of a text stands for all of it, and 0 in the mask is padding.
 */
public record Fusion(
    @Setting("how the two come together") Kind kind,
    @Setting("pixels along a side of a picture") int image,
    @Setting("pixels along a side of a patch") int patch,
    @Setting("what makes vectors of patches") Stem stem,
    @Setting("words of the vocabulary") int words,
    @Setting("the most tokens of a text") int positions,
    @Setting("size of the vectors of patches and tokens") int width,
    @Setting("layers of each transformer") int layers,
    @Setting("heads of the attention") int heads,
    @Setting("width inside the feed-forward part") int hidden,
    @Setting("classes") int classes)
    implements Architecture {

  public static final Fusion EARLY = usual(Kind.EARLY);
  public static final Fusion LATE = usual(Kind.LATE);
  public static final Fusion CROSS_ATTENTION = usual(Kind.CROSS_ATTENTION);

  /** Of tables of words and places. */
  private static final Fill FILL = Fill.truncatedNormal(0.02);

  /** Of products, which at small widths would hardly pass anything on otherwise. */
  private static final Fill PRODUCTS = Fill.glorot();

  private static final float EPSILON = 1e-6f;

  /** Where a picture and a text meet. */
  public enum Kind {
    /**
     * Before the first layer: one transformer over tokens and patches in a row (Kim, Son and Kim:
     * ViLT, ICML 2021).
     */
    EARLY,
    /**
     * Behind the last: a transformer for each, and a network of one hidden layer over their two
     * vectors side by side, without which no answer could depend on both at once.
     */
    LATE,
    /**
     * In every layer: tokens look at each other and at what a transformer made of the patches (Tsai
     * et al.: Multimodal Transformer for Unaligned Multimodal Language Sequences, ACL 2019).
     */
    CROSS_ATTENTION
  }

  /** What makes vectors of patches. */
  public enum Stem {
    /** One product for each patch. */
    LINEAR,
    /** Small convolutions one behind the other, which learn from fewer pictures. */
    CONVOLUTIONS
  }

  public Fusion {
    Patches.check(image, patch);
    if (stem == Stem.CONVOLUTIONS) {
      Patches.checkHalved(patch);
    }
    Limits.rows("words", words);
    Limits.rows("positions", positions);
    Limits.transformer("", width, heads, hidden, layers);
    Limits.width("classes", classes);
  }

  private static Fusion usual(Kind kind) {
    return new Fusion(kind, 224, 16, Stem.LINEAR, 30_522, 128, 256, 6, 4, 1024, 1000);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of(Settings.text(kind) + "-fusion", Activation.GELU_OPSET, seed);
    Patches patches = new Patches(image, patch, width);
    Value seen = seen(net.in("vision"), patches, Pictures.input(net, 3, image));
    Value ids = Texts.input(net, Texts.IDS);
    Value bias = Texts.padding(net, Texts.input(net, Texts.MASK));
    Value said = said(net.in("text"), ids);
    Value fused =
        switch (kind) {
          case EARLY -> early(net, said, seen, bias, patches.count());
          case LATE -> late(net, said, seen, bias);
          case CROSS_ATTENTION -> crossing(net, said, seen, bias);
        };
    int features = kind == Kind.LATE ? hidden : width;
    return Pictures.classified(net, new Dense(features, classes, PRODUCTS), fused);
  }

  private Value seen(Network net, Patches patches, Value picture) {
    Value row =
        switch (stem) {
          case LINEAR -> patches.biased(net, picture, PRODUCTS);
          case CONVOLUTIONS -> patches.convolved(net, picture, PRODUCTS);
        };
    return patches.placed(net, row, patches.count(), FILL);
  }

  private Value said(Network net, Value ids) {
    Value word = Texts.embedded(net, "words", ids, words, width, FILL);
    Value place = Texts.embedded(net, "positions", Texts.places(net, ids), positions, width, FILL);
    return net.op(Op.ADD, "embedded", word, place);
  }

  private Value early(Network net, Value said, Value seen, Value bias, int patches) {
    Value tokens = net.op(Op.ADD, "text.kind", said, net.weight("kinds.text", FILL, width));
    Value pixels = net.op(Op.ADD, "vision.kind", seen, net.weight("kinds.vision", FILL, width));
    Value all = net.joined("all", 1, tokens, pixels);
    Value wide = net.op(Op.PAD, "mask.all", bias, net.integers(0, 0, 0, 0, 0, 0, 0, patches));
    return summary(net, transformer().layers(net, layers, all, wide));
  }

  private Value late(Network net, Value said, Value seen, Value bias) {
    Network text = net.in("text");
    Network vision = net.in("vision");
    Value meaning = summary(text, transformer().layers(text, layers, said, bias));
    Value normalized =
        transformer().norm(vision, "norm", transformer().layers(vision, layers, seen, null));
    Value content =
        vision
            .node(Op.REDUCE_MEAN, "mean", normalized)
            .attribute("keepdims", 0)
            .inputs(vision.integers(1))
            .append()
            .output();
    Value both = net.joined("both", 1, meaning, content);
    Value mixed = new Dense(2 * width, hidden, PRODUCTS).rows(net, "mixed", both);
    return Activation.GELU.apply(net, "mixed.act", mixed);
  }

  private Value crossing(Network net, Value said, Value seen, Value bias) {
    Network text = net.in("text");
    Network vision = net.in("vision");
    Value memory =
        transformer().norm(vision, "norm", transformer().layers(vision, layers, seen, null));
    return summary(text, transformer().layers(text, layers, said, bias, memory, null));
  }

  private Value summary(Network net, Value x) {
    return transformer().norm(net, "norm", Texts.first(net, "first", x));
  }

  private Transformer transformer() {
    return new Transformer(
        width, heads, hidden, Activation.GELU, true, EPSILON, Transformer.Fills.all(PRODUCTS));
  }
}
