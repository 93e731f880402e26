package io.demitasse.media.image;

import java.util.Locale;

/** Which channels a model takes, in which order. */
public enum ChannelOrder {
  RGB(3),
  BGR(3),
  /** One channel of luma: {@code (19595 R + 38470 G + 7471 B + 32768) / 65536}, as in Pillow. */
  GRAY(1);

  private final int count;

  ChannelOrder(int count) {
    this.count = count;
  }

  public int count() {
    return count;
  }

  /** How a manifest writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
