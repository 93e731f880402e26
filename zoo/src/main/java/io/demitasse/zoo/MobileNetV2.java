package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Value;
import java.util.List;

/**
 * MobileNetV2 for the classes of a picture (Sandler, Howard, Zhu, Zhmoginov and Chen: MobileNetV2:
 * Inverted Residuals and Linear Bottlenecks, CVPR 2018).
 *
 * <pre>
 *   pixel_values [batch,3,image,image] ─ conv 3x3/2 ─ 17 blocks ─ conv 1x1 ─ mean ─ dense ─ logits [batch,classes]
 * </pre>
 */
public record MobileNetV2(
    @Setting("factor of the channels of each layer") double multiplier,
    @Setting("pixels along a side of a picture") int image,
    @Setting("classes") int classes)
    implements Architecture {

  public static final MobileNetV2 PUBLISHED = new MobileNetV2(1, 224, 1000);

  private static final int FIRST = 32;
  private static final int LAST = 1280;
  private static final float EPSILON = 1e-5f;

  /** Blocks of one kind, the first of which has the stride. */
  private record Stage(int expansion, int channels, int blocks, int stride) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 1, 1),
          new Stage(6, 24, 2, 2),
          new Stage(6, 32, 3, 2),
          new Stage(6, 64, 4, 2),
          new Stage(6, 96, 3, 1),
          new Stage(6, 160, 3, 2),
          new Stage(6, 320, 1, 1));

  public MobileNetV2 {
    Limits.multiplier(multiplier);
    Limits.width("image", image);
    Limits.width("classes", classes);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("mobilenet-v2", Network.OPSET, seed);
    int in = InvertedResidual.channels(FIRST * multiplier);
    Value x = Pictures.input(net, 3, image);
    x = layer(net.in("stem"), Convolution.same(3, in, 3, 2), x);
    int number = 0;
    for (Stage stage : STAGES) {
      int out = InvertedResidual.channels(stage.channels() * multiplier);
      for (int block = 0; block < stage.blocks(); block++) {
        int stride = block == 0 ? stage.stride() : 1;
        x =
            new InvertedResidual(in, in * stage.expansion(), out, 3, stride, 0, Activation.RELU6)
                .apply(net.in("blocks", number++), x, EPSILON);
        in = out;
      }
    }
    int last = InvertedResidual.channels(LAST * Math.max(1, multiplier));
    Value features =
        Pictures.averaged(net, layer(net.in("head"), Convolution.same(in, last, 1, 1), x));
    return Pictures.classified(net, new Dense(last, classes, Fill.normal(0.01)), features);
  }

  private static Value layer(Network net, Convolution convolution, Value x) {
    return InvertedResidual.layer(net, convolution, Activation.RELU6, x, EPSILON);
  }
}
