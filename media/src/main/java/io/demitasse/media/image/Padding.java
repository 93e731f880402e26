package io.demitasse.media.image;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a picture is made larger without resizing it. The pictures of one batch are then all given
 * the size of the largest.
 *
 * @param size which it must fit into; null to round up instead
 * @param multiple of which both sides become multiples where no size is given
 * @param color red, green and blue, 0 to 255 each; null for what is zero in the tensor
 */
public record Padding(
    @Nullable Size size, int multiple, Place place, @Nullable List<Integer> color) {

  /** Where the picture lies in what is larger. */
  public enum Place {
    TOP_LEFT,
    CENTER;

    /** How a manifest writes it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public Padding {
    color = color == null ? null : List.copyOf(color);
    if (multiple < 1) {
      throw new IllegalArgumentException("a multiple must be at least 1, got " + multiple);
    }
    if (color != null
        && (color.size() != 3 || color.stream().anyMatch(sample -> sample < 0 || sample > 255))) {
      throw new IllegalArgumentException(
          "a color is red, green and blue, 0 to 255 each, got " + color);
    }
  }

  /** What a picture of some size becomes. */
  Size of(Size picture) {
    return size != null
        ? size
        : new Size(up(picture.width(), multiple), up(picture.height(), multiple));
  }

  private static int up(int length, int multiple) {
    return Math.ceilDiv(length, multiple) * multiple;
  }
}
