package io.demitasse.media.image;

/**
 * Where a picture lies in its tensor: the way back for the coordinates that a model answers with.
 * Coordinates run along the edges of pixels: 0 is the left edge of the first and {@code width} the
 * right edge of the last.
 *
 * @param picture size of the picture as it was read
 * @param resized its size in the tensor, before what does not fit is cut away
 * @param left where its left edge lies in the tensor; negative when it is cut away
 * @param top where its top edge lies
 * @param canvas rows and columns of the tensor
 */
public record Placement(Size picture, Size resized, int left, int top, Size canvas) {

  /** Columns of the tensor per column of the picture. */
  public double scaleX() {
    return resized.width() / (double) picture.width();
  }

  /** Rows of the tensor per row of the picture. */
  public double scaleY() {
    return resized.height() / (double) picture.height();
  }

  /** Where in the picture a column of the tensor is; outside of it, where padding is. */
  public double pictureX(double x) {
    return (x - left) / scaleX();
  }

  /** Where in the picture a row of the tensor is; outside of it, where padding is. */
  public double pictureY(double y) {
    return (y - top) / scaleY();
  }

  /** Where in the tensor a column of the picture is. */
  public double tensorX(double x) {
    return x * scaleX() + left;
  }

  /** Where in the tensor a row of the picture is. */
  public double tensorY(double y) {
    return y * scaleY() + top;
  }

  /** The same in a larger tensor, at the same place. */
  Placement on(Size larger) {
    return new Placement(picture, resized, left, top, larger);
  }
}
