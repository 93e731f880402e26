package io.demitasse.zoo;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * A small network for pictures of 28 x 28, such as those of MNIST: LeNet (LeCun, Bottou, Bengio and
 * Haffner: Gradient-Based Learning Applied to Document Recognition, Proceedings of the IEEE, 1998)
 * with what has become usual since.
 *
 * <pre>
 *   pixel_values [batch,channels,28,28] ─ block ─ block ─ flat ─ dense ─ logits [batch,classes]
 *   block: convolution 3x3, ReLU, max pooling 2x2
 * </pre>
 *
 * <p>The convolutions are not padded: pictures are 26, 13, 11 and 5 pixels wide on the way.
 */
public record Cnn28(
    @Setting("channels of a picture") int channels,
    @Setting("channels of the first convolution") int first,
    @Setting("channels of the second convolution") int second,
    @Setting("classes") int classes)
    implements Architecture {

  /** For ten digits. */
  public static final Cnn28 MNIST = new Cnn28(1, 32, 64, 10);

  private static final int SIDE = 28;
  private static final int LAST_SIDE = 5;

  public Cnn28 {
    Limits.width("channels", channels);
    Limits.width("first", first);
    Limits.width("second", second);
    Limits.width("classes", classes);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("cnn28", Network.OPSET, seed);
    Value picture = Pictures.input(net, channels, SIDE);
    Value x = block(net, 1, Convolution.valid(channels, first, 3, 1), picture);
    x = block(net, 2, Convolution.valid(first, second, 3, 1), x);
    Value flat = net.op(Op.FLATTEN, "flat", x);
    int features = second * LAST_SIDE * LAST_SIDE;
    return Pictures.classified(net, new Dense(features, classes, Fill.glorot()), flat);
  }

  private static Value block(Network net, int number, Convolution convolution, Value x) {
    Value bent = net.op(Op.RELU, "relu" + number, convolution.biased(net, "conv" + number, x));
    return net.node(Op.MAX_POOL, "pool" + number, bent)
        .attribute("kernel_shape", Attribute.ofInts(2, 2))
        .attribute("strides", Attribute.ofInts(2, 2))
        .append()
        .output();
  }
}
