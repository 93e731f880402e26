package io.demitasse.media.ocr;

import io.demitasse.media.image.Picture;

/**
 * A line of text, cut out of its page.
 *
 * @param box its place on the page
 * @param picture its pixels, with the corner where the box begins at the top left
 */
public record LineImage(Box box, Picture picture) {

  /** The same line upside down. */
  public LineImage turned() {
    byte[] rgb = picture.rgb();
    byte[] turned = new byte[rgb.length];
    for (int from = 0; from < rgb.length; from += 3) {
      System.arraycopy(rgb, from, turned, rgb.length - 3 - from, 3);
    }
    return new LineImage(box.startingAt(2), new Picture(picture.width(), picture.height(), turned));
  }

  /** Width for a height of one. */
  double aspect() {
    return (double) picture.width() / picture.height();
  }
}
