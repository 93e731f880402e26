package io.demitasse.media.ocr;

import java.util.List;

/**
 * What a detector's map says.
 *
 * @param map where it is over the threshold
 * @param boxes pieces of text in pixels of the map, in no order that means anything
 */
public record Detection(TextMap map, List<Box> boxes) {
  public Detection {
    boxes = List.copyOf(boxes);
  }
}
