package io.demitasse.media.ocr;

import io.demitasse.media.image.Normalization;

/**
 * How the angle classifier and the recognizer are given lines, and which outputs are kept.
 *
 * @param height of a line as both are given it, in pixels, 8 to 512
 * @param leastWidth every batch is at least so wide, in pixels, 8 to 4096
 * @param batch lines that are read at once, at most; 1 to 256
 * @param turnWidth width of a line as the classifier is given it, in pixels, 8 to 4096
 * @param turnThreshold a line is turned upside down where the classifier is surer than this, 0 to 1
 * @param threshold a line found on a page is kept where its characters have at least this mean
 *     confidence, 0 to 1
 * @param normalization of blue, green and red
 */
public record LineSettings(
    int height,
    int leastWidth,
    int batch,
    int turnWidth,
    double turnThreshold,
    double threshold,
    Normalization normalization) {

  /** What PP-OCR's recognizers are used with. */
  public static final LineSettings DEFAULT =
      new LineSettings(48, 320, 6, 192, 0.9, 0.5, Normalization.HALF);

  public LineSettings {
    Ranges.require("height", height, 8, 512);
    Ranges.require("leastWidth", leastWidth, 8, 4096);
    Ranges.require("batch", batch, 1, 256);
    Ranges.require("turnWidth", turnWidth, 8, 4096);
    Ranges.require("turnThreshold", turnThreshold, 0, 1);
    Ranges.require("threshold", threshold, 0, 1);
    Ranges.requireColors(normalization);
  }
}
