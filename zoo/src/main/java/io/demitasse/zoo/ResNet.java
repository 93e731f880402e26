package io.demitasse.zoo;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.List;

/**
 * Residual networks for the classes of a picture (He, Zhang, Ren and Sun: Deep Residual Learning
 * for Image Recognition, CVPR 2016), with the stride of a bottleneck on its 3x3 convolution, which
 * libraries have taken over from Goyal et al. (Accurate, Large Minibatch SGD, 2017).
 *
 * <pre>
 *   pixel_values [batch,channels,image,image] ─ conv 7x7/2 ─ max pool /2 ─ stages ─ mean ─ dense ─ logits [batch,classes]
 *   block:      x ─ conv 3x3 ─ conv 3x3 ───────────── + x
 *   bottleneck: x ─ conv 1x1 ─ conv 3x3 ─ conv 1x1 ── + x     four times as wide at its end
 * </pre>
 *
 * <p>Every stage but the first halves the picture and doubles the width. Where a block changes the
 * shape, a 1x1 convolution ({@code downsample}) brings x to it. Networks for small pictures begin
 * with a convolution of 3x3 in place of the first two layers.
 *
 * <p>A {@code residual} of 0 lets every block begin as the identity (Goyal et al.), by which a deep
 * network also learns where normalizations keep the statistics that they have (De and Smith: Batch
 * Normalization Biases Residual Blocks Towards the Identity Function in Deep Networks, NeurIPS
 * 2020).
 */
public record ResNet(
    @Setting("blocks of each stage") List<Integer> blocks,
    @Setting("whether blocks are bottlenecks") boolean bottleneck,
    @Setting("channels of the first stage") int width,
    @Setting("channels of a picture") int channels,
    @Setting("pixels along a side of a picture") int image,
    @Setting("classes") int classes,
    @Setting("large: conv 7x7/2 and max pool at the beginning, small: conv 3x3") Stem stem,
    @Setting("scale of the last normalization of each block before training") double residual)
    implements Architecture {

  /** How a network begins. */
  public enum Stem {
    /** For pictures of about 224 pixels: a quarter as wide after it. */
    LARGE,
    /** For pictures of about 32 pixels, which keep their size. */
    SMALL
  }

  /** For the pictures of CIFAR-10, with a 1x1 convolution where a block changes the shape. */
  public static final ResNet RESNET_20 =
      new ResNet(List.of(3, 3, 3), false, 16, 3, 32, 10, Stem.SMALL, 1);

  public static final ResNet RESNET_18 = published(false, 2, 2, 2, 2);
  public static final ResNet RESNET_34 = published(false, 3, 4, 6, 3);
  public static final ResNet RESNET_50 = published(true, 3, 4, 6, 3);

  private static final int EXPANSION = 4;
  private static final int MOST_STAGES = 8;
  private static final float EPSILON = 1e-5f;

  public ResNet {
    blocks = List.copyOf(blocks);
    Limits.between("stages of blocks", blocks.size(), 1, MOST_STAGES);
    blocks.forEach(count -> Limits.layers("blocks", count));
    Limits.width("width", width);
    Limits.width("channels", channels);
    Limits.width("image", image);
    Limits.width("classes", classes);
    Limits.share("residual", residual);
  }

  private static ResNet published(boolean bottleneck, Integer... blocks) {
    return new ResNet(List.of(blocks), bottleneck, 64, 3, 224, 1000, Stem.LARGE, 1);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("resnet", Network.OPSET, seed);
    Value x = stem(net, Pictures.input(net, channels, image));
    int in = width;
    for (int stage = 0; stage < blocks.size(); stage++) {
      int inner = width << stage;
      for (int block = 0; block < blocks.get(stage); block++) {
        int stride = block == 0 && stage > 0 ? 2 : 1;
        x = block(net.in("layer" + (stage + 1), block), x, in, inner, stride);
        in = outer(inner);
      }
    }
    Value features = Pictures.averaged(net, x);
    return Pictures.classified(net, new Dense(in, classes, Fill.glorot()), features);
  }

  private Value stem(Network net, Value picture) {
    if (stem == Stem.SMALL) {
      return bent(net, 1, Convolution.same(channels, width, 3, 1), picture);
    }
    Value x = normalized(net, 1, Convolution.same(channels, width, 7, 2), picture);
    return net.node(Op.MAX_POOL, "maxpool", net.op(Op.RELU, "relu", x))
        .attribute("kernel_shape", Attribute.ofInts(3, 3))
        .attribute("strides", Attribute.ofInts(2, 2))
        .attribute("pads", Attribute.ofInts(1, 1, 1, 1))
        .append()
        .output();
  }

  private int outer(int inner) {
    return bottleneck ? EXPANSION * inner : inner;
  }

  private Value block(Network net, Value x, int in, int inner, int stride) {
    Value change = bottleneck ? deep(net, x, in, inner, stride) : flat(net, x, in, inner, stride);
    Value kept = x;
    if (stride > 1 || in != outer(inner)) {
      kept =
          Convolution.same(in, outer(inner), 1, stride)
              .normalized(net.in("downsample"), "conv", "bn", x, EPSILON);
    }
    return net.op(Op.RELU, "relu", net.op(Op.ADD, "add", change, kept));
  }

  private Value flat(Network net, Value x, int in, int inner, int stride) {
    Value bent = bent(net, 1, Convolution.same(in, inner, 3, stride), x);
    return last(net, 2, Convolution.same(inner, inner, 3, 1), bent);
  }

  private Value deep(Network net, Value x, int in, int inner, int stride) {
    Value narrow = bent(net, 1, Convolution.same(in, inner, 1, 1), x);
    Value seen = bent(net, 2, Convolution.same(inner, inner, 3, stride), narrow);
    return last(net, 3, Convolution.same(inner, EXPANSION * inner, 1, 1), seen);
  }

  private Value last(Network net, int number, Convolution convolution, Value x) {
    return convolution.normalized(net, "conv" + number, "bn" + number, x, EPSILON, residual);
  }

  private static Value bent(Network net, int number, Convolution convolution, Value x) {
    return net.op(Op.RELU, "relu" + number, normalized(net, number, convolution, x));
  }

  private static Value normalized(Network net, int number, Convolution convolution, Value x) {
    return convolution.normalized(net, "conv" + number, "bn" + number, x, EPSILON);
  }
}
