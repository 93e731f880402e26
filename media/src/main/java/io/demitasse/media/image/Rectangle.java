package io.demitasse.media.image;

import java.util.Arrays;

/** A place on a canvas, in pixels from its top left. */
record Rectangle(int left, int top, int width, int height) {

  /** A white canvas with a picture of this size at this place, wholly inside. */
  Picture on(int canvasWidth, int canvasHeight, Picture picture) {
    if (picture.width() == canvasWidth && picture.height() == canvasHeight) {
      return picture;
    }
    byte[] rgb = new byte[3 * canvasWidth * canvasHeight];
    Arrays.fill(rgb, (byte) 255);
    for (int y = 0; y < height; y++) {
      int target = 3 * ((top + y) * canvasWidth + left);
      System.arraycopy(picture.rgb(), 3 * y * width, rgb, target, 3 * width);
    }
    return new Picture(canvasWidth, canvasHeight, rgb);
  }
}
