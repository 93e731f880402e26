package io.demitasse.zoo;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * A convolution over pictures {@code [batch, in, height, width]}.
 *
 * @param groups that channels are divided into; as many as there are channels is depthwise
 * @param pad zeros at each side
 */
record Convolution(int in, int out, int kernel, int stride, int groups, int pad, Fill fill) {

  /** A convolution that keeps the size of pictures, but for its stride. */
  static Convolution same(int in, int out, int kernel, int stride) {
    return new Convolution(in, out, kernel, stride, 1, (kernel - 1) / 2, Fill.he());
  }

  /** A convolution of what lies in the picture alone. */
  static Convolution valid(int in, int out, int kernel, int stride) {
    return new Convolution(in, out, kernel, stride, 1, 0, Fill.he());
  }

  /** The same as {@link #same}, each channel by itself. */
  static Convolution depthwise(int channels, int kernel, int stride) {
    return new Convolution(
        channels, channels, kernel, stride, channels, (kernel - 1) / 2, Fill.he());
  }

  /** The same with weights that begin otherwise than {@link Fill#he} has them. */
  Convolution filled(Fill other) {
    return new Convolution(in, out, kernel, stride, groups, pad, other);
  }

  /** The convolution with a bias. */
  Value biased(Network net, String name, Value x) {
    return node(net, name, x)
        .inputs(net.in(name).weight("bias", Fill.constant(0), out))
        .append()
        .output();
  }

  /** The convolution alone. */
  Value plain(Network net, String name, Value x) {
    return node(net, name, x).append().output();
  }

  private NodeBuilder node(Network net, String name, Value x) {
    Value weight = net.in(name).weight("weight", fill, out, in / (long) groups, kernel, kernel);
    return net.node(Op.CONV, name, x, weight)
        .attribute("kernel_shape", Attribute.ofInts(kernel, kernel))
        .attribute("strides", Attribute.ofInts(stride, stride))
        .attribute("pads", Attribute.ofInts(pad, pad, pad, pad))
        .attribute("group", groups);
  }

  /**
   * The convolution with batch normalization (Ioffe and Szegedy, ICML 2015), whose statistics are a
   * mean of 0 and a variance of 1 before training.
   *
   * @param name of the convolution
   * @param norm of the normalization
   */
  Value normalized(Network net, String name, String norm, Value x, float epsilon) {
    return normalized(net, name, norm, x, epsilon, 1);
  }

  /**
   * The same.
   *
   * @param scale of all channels before training
   */
  Value normalized(Network net, String name, String norm, Value x, float epsilon, double scale) {
    Network layer = net.in(norm);
    return net.node(
            Op.BATCH_NORMALIZATION,
            norm,
            plain(net, name, x),
            layer.weight("weight", Fill.constant((float) scale), out),
            layer.weight("bias", Fill.constant(0), out),
            layer.weight("running_mean", Fill.constant(0), out),
            layer.weight("running_var", Fill.constant(1), out))
        .attribute("epsilon", epsilon)
        .append()
        .output();
  }
}
