package io.demitasse.media.image;

import java.util.Locale;

/** Where the channels of a batch of pictures lie. */
public enum TensorLayout {
  /** {@code [batch, channel, row, column]}. */
  NCHW,
  /** {@code [batch, row, column, channel]}. */
  NHWC;

  /** How a manifest writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  long[] sizes(int batch, int channels, Size size) {
    return this == NCHW
        ? new long[] {batch, channels, size.height(), size.width()}
        : new long[] {batch, size.height(), size.width(), channels};
  }
}
