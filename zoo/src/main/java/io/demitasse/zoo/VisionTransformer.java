package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Value;

/**
 * Vision transformers for the classes of a picture (Dosovitskiy et al.: An Image is Worth 16x16
 * Words, ICLR 2021), with weights as the library timm fills them.
 *
 * <pre>
 *   pixel_values [batch,3,image,image] ─ patches, class token, positions ─ layers ─ norm ─ dense of the class token ─ logits [batch,classes]
 * </pre>
 */
public record VisionTransformer(
    @Setting("pixels along a side of a picture") int image,
    @Setting("pixels along a side of a patch") int patch,
    @Setting("size of a patch's vector") int width,
    @Setting("layers") int layers,
    @Setting("heads of the attention") int heads,
    @Setting("width inside the feed-forward part") int hidden,
    @Setting("classes") int classes)
    implements Architecture {

  public static final VisionTransformer BASE =
      new VisionTransformer(224, 16, 768, 12, 12, 3072, 1000);

  /** Touvron et al.: Training Data-Efficient Image Transformers, ICML 2021; without its teacher. */
  public static final VisionTransformer SMALL =
      new VisionTransformer(224, 16, 384, 12, 6, 1536, 1000);

  /** Of the same paper. */
  public static final VisionTransformer TINY =
      new VisionTransformer(224, 16, 192, 12, 3, 768, 1000);

  private static final Fill FILL = Fill.truncatedNormal(0.02);
  private static final float EPSILON = 1e-6f;

  public VisionTransformer {
    Patches.check(image, patch);
    Limits.transformer("", width, heads, hidden, layers);
    Limits.width("classes", classes);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("vision-transformer", Activation.GELU_OPSET, seed);
    Patches patches = new Patches(image, patch, width);
    Value row = patches.biased(net, Pictures.input(net, 3, image), FILL);
    Value tokens = patches.withClass(net, row, FILL, FILL);
    Transformer transformer =
        new Transformer(
            width, heads, hidden, Activation.GELU, true, EPSILON, Transformer.Fills.all(FILL));
    Value x = transformer.layers(net, layers, tokens, null);
    Value picture = Texts.first(net, "class", transformer.norm(net, "norm", x));
    return Pictures.classified(net, new Dense(width, classes, FILL), picture);
  }
}
