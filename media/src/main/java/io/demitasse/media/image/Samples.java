package io.demitasse.media.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Locale;

/**
 * Decoded samples as 8-bit RGB on white. They are taken as they are stored, row by row: asking a
 * {@link BufferedImage} for its colors would convert gray as if it were linear light.
 */
final class Samples {
  private static final int WHITE = 255;

  private Samples() {}

  static Picture picture(BufferedImage image) throws IOException {
    Raster raster = image.getRaster();
    ColorModel colors = image.getColorModel();
    byte[] rgb =
        colors instanceof IndexColorModel palette
            ? fromPalette(raster, palette)
            : fromChannels(raster, colors.hasAlpha());
    return new Picture(raster.getWidth(), raster.getHeight(), rgb);
  }

  private static byte[] fromPalette(Raster raster, IndexColorModel palette) {
    byte[] table = table(palette);
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = new byte[3 * width * height];
    int[] row = new int[width];
    int target = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int index : row) {
        System.arraycopy(table, 3 * index, rgb, target, 3);
        target += 3;
      }
    }
    return rgb;
  }

  /** The colors of a palette on white; indices beyond its end are black. */
  private static byte[] table(IndexColorModel palette) {
    byte[] table = new byte[3 << palette.getPixelSize()];
    for (int i = 0; i < palette.getMapSize(); i++) {
      int alpha = palette.getAlpha(i);
      table[3 * i] = onWhite(palette.getRed(i), alpha);
      table[3 * i + 1] = onWhite(palette.getGreen(i), alpha);
      table[3 * i + 2] = onWhite(palette.getBlue(i), alpha);
    }
    return table;
  }

  /** Samples of one channel (gray), two (gray, alpha), three (RGB) or four (RGB, alpha). */
  private static byte[] fromChannels(Raster raster, boolean alpha) throws IOException {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    int colors = alpha ? bands - 1 : bands;
    if (colors != 1 && colors != 3) {
      throw new IOException(
          String.format(Locale.ROOT, "it has %d channels of color, expected 1 or 3", colors));
    }
    byte[] rgb = new byte[3 * width * height];
    byte[] row = new byte[bands * width];
    Rows rows = Rows.of(raster);
    for (int y = 0; y < height; y++) {
      rows.read(y, row);
      int target = 3 * y * width;
      for (int x = 0; x < width; x++, target += 3) {
        int source = x * bands;
        int opacity = alpha ? row[source + colors] & 0xff : WHITE;
        int step = colors == 3 ? 1 : 0;
        rgb[target] = onWhite(row[source] & 0xff, opacity);
        rgb[target + 1] = onWhite(row[source + step] & 0xff, opacity);
        rgb[target + 2] = onWhite(row[source + 2 * step] & 0xff, opacity);
      }
    }
    return rgb;
  }

  /** A sample of some opacity over white, rounded to nearest. */
  static byte onWhite(int sample, int alpha) {
    return alpha == WHITE ? (byte) sample : (byte) (WHITE - ((WHITE - sample) * alpha + 127) / 255);
  }

  /** Reads rows of samples as bytes, interleaved by pixel, whatever they are stored as. */
  @FunctionalInterface
  interface Rows {
    /** Reads row {@code y} into {@code row}, which has room for every channel of every pixel. */
    void read(int y, byte[] row);

    static Rows of(Raster raster) {
      if (raster.getSampleModel() instanceof PixelInterleavedSampleModel model
          && raster.getDataBuffer() instanceof DataBufferByte buffer
          && raster.getParent() == null) {
        return interleaved(raster, model, buffer);
      }
      return any(raster);
    }

    private static Rows interleaved(
        Raster raster, PixelInterleavedSampleModel model, DataBufferByte buffer) {
      byte[] samples = buffer.getData();
      int[] offsets = model.getBandOffsets();
      int width = raster.getWidth();
      int bands = raster.getNumBands();
      int pixel = model.getPixelStride();
      return (y, row) -> {
        int start = buffer.getOffset() + y * model.getScanlineStride();
        for (int band = 0; band < bands; band++) {
          int source = start + offsets[band];
          for (int target = band; target < bands * width; target += bands, source += pixel) {
            row[target] = samples[source];
          }
        }
      };
    }

    private static Rows any(Raster raster) {
      int width = raster.getWidth();
      int bands = raster.getNumBands();
      int[] bits = raster.getSampleModel().getSampleSize();
      int[] wide = new int[bands * width];
      return (y, row) -> {
        raster.getPixels(0, y, width, 1, wide);
        for (int i = 0; i < row.length; i++) {
          row[i] = eightBits(wide[i], bits[i % bands]);
        }
      };
    }

    /** Wider samples lose their lower bits; narrower ones are stretched over the whole range. */
    private static byte eightBits(int sample, int bits) {
      return (byte) (bits >= 8 ? sample >>> (bits - 8) : sample * 255 / ((1 << bits) - 1));
    }
  }
}
