package io.demitasse.bench;

/**
 * One row of the table that the pages make: what all its pages have in common.
 *
 * @param folder of the pages, beside the file that lists them
 * @param size of the font, in pixels
 * @param contrast the least between paper and ink, in gray levels of 256
 * @param noise standard deviation of the normal noise on each pixel, in gray levels of 256
 * @param degrees the most by which a page is turned, to either side; above 0, every fifth page is
 *     turned upside down as well
 * @param linesAPage how many lines a full page has
 */
record OcrRow(
    String name,
    String folder,
    int size,
    int contrast,
    double noise,
    double degrees,
    int linesAPage) {
  static final OcrRow CLEAN = new OcrRow("clean, 32 px", "32px", 32, 150, 0, 0, 20);

  /** The row of the queries, each a line. */
  static final OcrRow QUERIES = new OcrRow("20 px, noise 15", "20px", 20, 140, 15, 0, 25);

  static final OcrRow SMALL = new OcrRow("16 px, noise 20", "16px", 16, 80, 20, 0, 25);
  static final OcrRow SMALLEST = new OcrRow("14 px, noise 25", "14px", 14, 115, 25, 0, 25);
  static final OcrRow ROTATED = new OcrRow("rotated", "rotated", 22, 140, 4, 6, 25);

  boolean turned() {
    return degrees > 0;
  }
}
