package io.demitasse.media.image;

import java.util.Locale;

/** Width and height in pixels, at least one each. */
public record Size(int width, int height) {
  public Size {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d x %d is no size", width, height));
    }
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
