package io.demitasse.zoo;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * Pictures as a row of patches, each a vector (Dosovitskiy et al.: An Image is Worth 16x16 Words,
 * ICLR 2021).
 *
 * @param image pixels along a side of the picture
 * @param patch pixels along a side of a patch
 */
record Patches(int image, int patch, int width) {

  /** That a picture can be divided so. */
  static void check(int image, int patch) {
    Limits.width("image", image);
    Limits.width("patch", patch);
    Limits.multiple("image", image, "patch", patch);
  }

  /** How many there are. */
  int count() {
    return (image / patch) * (image / patch);
  }

  /** The vectors, {@code [batch, count, width]}, with a bias. */
  Value biased(Network net, Value picture, Fill fill) {
    return row(net, convolution(fill).biased(net, "patches", picture));
  }

  /** The same without a bias. */
  Value plain(Network net, Value picture, Fill fill) {
    return row(net, convolution(fill).plain(net, "patches", picture));
  }

  private Convolution convolution(Fill fill) {
    return Convolution.valid(3, width, patch, patch).filled(fill);
  }

  private Value row(Network net, Value x) {
    Value flat = net.op(Op.RESHAPE, "patches.flat", x, net.integers(0, width, -1));
    return net.transposed("patches.row", flat, 0, 2, 1);
  }

  /**
   * A learned vector before the patches, and one added to each place.
   *
   * @return {@code [batch, 1 + count, width]}
   */
  Value withClass(Network net, Value patches, Fill classFill, Fill placeFill) {
    Network layer = net.in("class_token");
    Value batch =
        layer
            .node(Op.SHAPE, "batch", patches)
            .attribute("start", 0)
            .attribute("end", 1)
            .append()
            .output();
    Value shape = layer.joined("shape", 0, batch, net.integers(1, width));
    Value token =
        layer.op(Op.EXPAND, "each", net.weight("class_token", classFill, 1, 1, width), shape);
    return placed(net, net.joined("tokens", 1, token, patches), 1 + count(), placeFill);
  }

  /** A learned vector added to each of so many places. */
  Value placed(Network net, Value x, int places, Fill fill) {
    return net.op(Op.ADD, "placed", x, net.weight("positions", fill, 1, places, width));
  }
}
