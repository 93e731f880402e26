package io.demitasse.bench;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.random.RandomGenerator;

/**
 * What scanning does to a page: normal noise on each pixel, and 16 levels of gray, not 256. Where
 * the noise is as large as a level, 8 of them, every second, say as much in half the bytes.
 */
final class OcrNoise {
  /** Between two levels of a scan, in levels of 256. */
  static final int STEP = 17;

  private static final int BITS = 4;
  private static final int LEVELS = 1 << BITS;
  private static final int WHITE = STEP * (LEVELS - 1);
  private static final double LOUD = 10;

  private OcrNoise() {}

  /**
   * Scans a page once.
   *
   * @param page of 8 bits a color, gray
   * @param deviation of the noise, in levels of 256
   * @return a picture of 4 bits a pixel, level v standing for gray 17 v
   */
  static BufferedImage scan(BufferedImage page, double deviation, RandomGenerator random) {
    BufferedImage scan =
        new BufferedImage(
            page.getWidth(), page.getHeight(), BufferedImage.TYPE_BYTE_BINARY, grays());
    WritableRaster levels = scan.getRaster();
    int every = deviation < LOUD ? 1 : 2;
    for (int y = 0; y < page.getHeight(); y++) {
      for (int x = 0; x < page.getWidth(); x++) {
        double gray = (page.getRGB(x, y) & 255) + deviation * random.nextGaussian();
        double down = (WHITE - Math.clamp(gray, 0, WHITE)) / (STEP * every);
        int level = LEVELS - 1 - every * (int) Math.min(Math.round(down), (LEVELS - 1) / every);
        levels.setSample(x, y, 0, level);
      }
    }
    return scan;
  }

  private static IndexColorModel grays() {
    byte[] levels = new byte[LEVELS];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) (i * STEP);
    }
    return new IndexColorModel(BITS, levels.length, levels, levels, levels);
  }
}
