package io.demitasse.media.ocr;

import io.demitasse.media.image.Normalization;

/**
 * How a detector is given its picture, and how its map becomes boxes.
 *
 * @param shortest the shorter side is enlarged to this, in pixels, 32 to 4096
 * @param longest a longer side above this is made smaller first, in pixels, {@code shortest} to
 *     8192
 * @param threshold a pixel of the map above this is text, 0 to 1
 * @param boxThreshold a box is kept where the map inside has at least this mean, 0 to 1
 * @param unclipRatio how far boxes grow: by their area times this over their perimeter, 0 to 10
 * @param dilated whether text is thickened by a pixel first, which joins the parts of letters
 * @param normalization of blue, green and red
 */
public record DetectorSettings(
    int shortest,
    int longest,
    double threshold,
    double boxThreshold,
    double unclipRatio,
    boolean dilated,
    Normalization normalization) {
  private static final int LARGEST_SIDE = 8192;

  /** What PP-OCR's detectors are used with. */
  public static final DetectorSettings DEFAULT =
      new DetectorSettings(736, 2000, 0.3, 0.5, 1.6, true, Normalization.HALF);

  public DetectorSettings {
    Ranges.require("shortest", shortest, 32, 4096);
    Ranges.require("longest", longest, shortest, LARGEST_SIDE);
    Ranges.require("threshold", threshold, 0, 1);
    Ranges.require("boxThreshold", boxThreshold, 0, 1);
    Ranges.require("unclipRatio", unclipRatio, 0, 10);
    Ranges.requireColors(normalization);
  }
}
