package io.demitasse.media.image;

/**
 * A picture of 8-bit samples: red, green and blue of each pixel, row by row from the top left.
 *
 * @param rgb {@code 3 * width * height} bytes, unsigned; owned by the picture and never changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record Picture(int width, int height, byte[] rgb) {
  public Picture {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "a picture of " + width + "x" + height + " cannot have " + rgb.length + " samples");
    }
  }

  /**
   * The picture turned to the right by a number of right angles.
   *
   * @param quarters may be below zero, to the left
   */
  public Picture turned(int quarters) {
    Orientation orientation =
        switch (Math.floorMod(quarters, 4)) {
          case 1 -> Orientation.TURNED_LEFT;
          case 2 -> Orientation.UPSIDE_DOWN;
          case 3 -> Orientation.TURNED_RIGHT;
          default -> Orientation.UPRIGHT;
        };
    return orientation.upright(this);
  }
}
