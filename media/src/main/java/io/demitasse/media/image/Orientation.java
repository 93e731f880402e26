package io.demitasse.media.image;

/**
 * How a stored picture is turned to stand upright: the eight values of EXIF's tag 0x0112.
 *
 * <pre>
 *   value                1     2      3       4     5     6      7       8
 *   upright (x, y) is    x, y  W-x, y W-x,H-y x,H-y y, x  y, H-x W-y,H-x W-y, x   of the stored
 * </pre>
 *
 * <p>where {@code W} and {@code H} are the last column and the last row of the stored picture.
 */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  UPSIDE_DOWN(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  TURNED_LEFT(true, false, true),
  TRANSVERSED(true, true, true),
  TURNED_RIGHT(true, true, false);

  private final boolean transposed;
  private final boolean fromRight;
  private final boolean fromBottom;

  Orientation(boolean transposed, boolean fromRight, boolean fromBottom) {
    this.transposed = transposed;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /** The orientation with a value of EXIF; upright for what is no such value. */
  static Orientation of(int value) {
    return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
  }

  Size upright(Size stored) {
    return transposed
        ? new Size(/* width= */ stored.height(), /* height= */ stored.width())
        : stored;
  }

  Picture upright(Picture stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int width = stored.width();
    int height = stored.height();
    int columnStep = fromRight ? -3 : 3;
    int rowStep = fromBottom ? -3 * width : 3 * width;
    int start = 3 * ((fromRight ? width - 1 : 0) + (fromBottom ? height - 1 : 0) * width);
    return transposed
        ? copy(stored.rgb(), height, width, new int[] {start, rowStep, columnStep})
        : copy(stored.rgb(), width, height, new int[] {start, columnStep, rowStep});
  }

  /**
   * @param walk where the first pixel is, how far it is to the next of a row, and to the next row
   */
  private static Picture copy(byte[] from, int width, int height, int[] walk) {
    byte[] to = new byte[3 * width * height];
    int target = 0;
    for (int y = 0; y < height; y++) {
      int source = walk[0] + y * walk[2];
      for (int x = 0; x < width; x++) {
        to[target] = from[source];
        to[target + 1] = from[source + 1];
        to[target + 2] = from[source + 2];
        target += 3;
        source += walk[1];
      }
    }
    return new Picture(width, height, to);
  }
}
