package io.demitasse.zoo;

import static io.demitasse.zoo.Activation.HARD_SWISH;
import static io.demitasse.zoo.Activation.RELU;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Value;
import java.util.List;

/**
 * MobileNetV3 for the classes of a picture (Howard et al.: Searching for MobileNetV3, ICCV 2019).
 *
 * <pre>
 *   pixel_values [batch,3,image,image] ─ conv 3x3/2 ─ blocks ─ conv 1x1 ─ mean ─ dense, hard swish ─ dense ─ logits [batch,classes]
 * </pre>
 */
public record MobileNetV3(
    @Setting("which of the two networks that the paper found") Size size,
    @Setting("factor of the channels of each layer") double multiplier,
    @Setting("pixels along a side of a picture") int image,
    @Setting("classes") int classes)
    implements Architecture {

  public static final MobileNetV3 SMALL = new MobileNetV3(Size.SMALL, 1, 224, 1000);
  public static final MobileNetV3 LARGE = new MobileNetV3(Size.LARGE, 1, 224, 1000);

  private static final int FIRST = 16;
  private static final int GATE = 4;
  private static final float EPSILON = 1e-3f;

  /** The networks of the paper's tables 1 and 2. */
  public enum Size {
    SMALL(
        1024,
        new Block(3, 16, 16, true, RELU, 2),
        new Block(3, 72, 24, false, RELU, 2),
        new Block(3, 88, 24, false, RELU, 1),
        new Block(5, 96, 40, true, HARD_SWISH, 2),
        new Block(5, 240, 40, true, HARD_SWISH, 1),
        new Block(5, 240, 40, true, HARD_SWISH, 1),
        new Block(5, 120, 48, true, HARD_SWISH, 1),
        new Block(5, 144, 48, true, HARD_SWISH, 1),
        new Block(5, 288, 96, true, HARD_SWISH, 2),
        new Block(5, 576, 96, true, HARD_SWISH, 1),
        new Block(5, 576, 96, true, HARD_SWISH, 1)),
    LARGE(
        1280,
        new Block(3, 16, 16, false, RELU, 1),
        new Block(3, 64, 24, false, RELU, 2),
        new Block(3, 72, 24, false, RELU, 1),
        new Block(5, 72, 40, true, RELU, 2),
        new Block(5, 120, 40, true, RELU, 1),
        new Block(5, 120, 40, true, RELU, 1),
        new Block(3, 240, 80, false, HARD_SWISH, 2),
        new Block(3, 200, 80, false, HARD_SWISH, 1),
        new Block(3, 184, 80, false, HARD_SWISH, 1),
        new Block(3, 184, 80, false, HARD_SWISH, 1),
        new Block(3, 480, 112, true, HARD_SWISH, 1),
        new Block(3, 672, 112, true, HARD_SWISH, 1),
        new Block(5, 672, 160, true, HARD_SWISH, 2),
        new Block(5, 960, 160, true, HARD_SWISH, 1),
        new Block(5, 960, 160, true, HARD_SWISH, 1));

    /** Features between the last two layers. */
    private final int features;

    @SuppressWarnings("ImmutableEnumChecker") // an immutable list
    private final List<Block> blocks;

    Size(int features, Block... blocks) {
      this.features = features;
      this.blocks = List.of(blocks);
    }
  }

  /** One line of the tables. */
  private record Block(
      int kernel, int wide, int out, boolean gated, Activation activation, int stride) {

    InvertedResidual of(int in, double multiplier) {
      int inner = InvertedResidual.channels(wide * multiplier);
      int gate = gated ? InvertedResidual.channels(inner / (double) GATE) : 0;
      int made = InvertedResidual.channels(out * multiplier);
      return new InvertedResidual(in, inner, made, kernel, stride, gate, activation);
    }
  }

  public MobileNetV3 {
    Limits.multiplier(multiplier);
    Limits.width("image", image);
    Limits.width("classes", classes);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("mobilenet-v3", Network.OPSET, seed);
    int in = InvertedResidual.channels(FIRST * multiplier);
    Value x = layer(net.in("stem"), Convolution.same(3, in, 3, 2), Pictures.input(net, 3, image));
    int number = 0;
    for (Block block : size.blocks) {
      InvertedResidual residual = block.of(in, multiplier);
      x = residual.apply(net.in("blocks", number++), x, EPSILON);
      in = residual.out();
    }
    int wide = 6 * in;
    Value mean = Pictures.averaged(net, layer(net.in("head"), Convolution.same(in, wide, 1, 1), x));
    int last = InvertedResidual.channels(size.features * multiplier);
    Fill fill = Fill.normal(0.01);
    Value bent = HARD_SWISH.apply(net, "act", new Dense(wide, last, fill).rows(net, "pre", mean));
    return Pictures.classified(net, new Dense(last, classes, fill), bent);
  }

  private static Value layer(Network net, Convolution convolution, Value x) {
    return InvertedResidual.layer(net, convolution, HARD_SWISH, x, EPSILON);
  }
}
