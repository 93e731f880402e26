package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/** How networks of pictures begin and end. */
final class Pictures {
  static final String INPUT = "pixel_values";
  static final String LOGITS = "logits";

  private Pictures() {}

  /** The input {@code pixel_values [batch, channels, side, side]}. */
  static Value input(Network net, int channels, int side) {
    return net.input(
        INPUT, DataType.FLOAT, Network.BATCH, Dim.of(channels), Dim.of(side), Dim.of(side));
  }

  /**
   * The mean of each channel: {@code [batch, channels, height, width]} to {@code [batch,
   * channels]}.
   */
  static Value averaged(Network net, Value x) {
    return net.op(Op.FLATTEN, "flat", net.op(Op.GLOBAL_AVERAGE_POOL, "pool", x));
  }

  /**
   * A model whose output {@code logits [batch, classes]} a last layer {@code fc} makes of features.
   */
  static Bundle classified(Network net, Dense last, Value features) {
    Value logits = last.rows(net, "fc", features);
    return Bundle.of(net.output(LOGITS, logits, Network.BATCH, Dim.of(last.out())).model());
  }
}
