package io.demitasse.media.image;

import java.util.List;

/**
 * What a file says before its pixels are decoded.
 *
 * @param width in pixels, as stored; not yet checked
 * @param height in pixels, as stored; not yet checked
 * @param bytesPerPixel that decoding takes
 * @param notes what will be left out, each a predicate of the file's name
 */
record PictureHeader(
    int width, int height, int bytesPerPixel, Orientation orientation, List<String> notes) {
  PictureHeader {
    notes = List.copyOf(notes);
  }
}
