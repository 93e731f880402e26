package io.demitasse.zoo;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.Locale;

/**
 * Pictures as a row of patches, each a vector (Dosovitskiy et al.: An Image is Worth 16x16 Words,
 * ICLR 2021).
 *
 * @param image pixels along a side of the picture
 * @param patch pixels along a side of a patch
 */
record Patches(int image, int patch, int width) {
  private static final int KERNEL = 3;

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

  /** That so large a patch can be halved until one number of it is left. */
  static void checkHalved(int patch) {
    if (patch < 2 || Integer.bitCount(patch) != 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "'patch' must be 2, 4, 8 and so on with 'stem' convolutions, got %d",
              patch));
    }
  }

  /**
   * The vectors by small convolutions with a stride of 2, each of twice as many channels as the one
   * before but for the last, and one that looks at no neighbors (Xiao, Singh, Mintun, Darrell,
   * Dollár and Girshick: Early Convolutions Help Transformers See Better, NeurIPS 2021), here with
   * biases in place of normalizations. Patches see some of what lies around them.
   */
  Value convolved(Network net, Value picture, Fill fill) {
    Network stem = net.in("stem");
    int halvings = Integer.numberOfTrailingZeros(patch);
    Value x = picture;
    int in = 3;
    for (int i = 0; i < halvings; i++) {
      int out = Math.max(1, width >> Math.max(0, halvings - 2 - i));
      x = Convolution.same(in, out, KERNEL, 2).biased(stem, "conv" + i, x);
      x = stem.op(Op.RELU, "relu" + i, x);
      in = out;
    }
    return row(net, Convolution.valid(in, width, 1, 1).filled(fill).biased(net, "patches", x));
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
