package io.demitasse.media.image;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** What the samples of a JPEG file mean, told by its markers as the reference decoder tells it. */
enum JpegColors {
  GRAY,
  RGB,
  YCBCR,
  /** Stored as the rest of 255, as Adobe does and everybody else assumes. */
  CMYK,
  /** As CMYK, the first three as luma and chroma of their rest. */
  YCCK;

  static final int NO_ADOBE = -1;

  /**
   * @param ids the numbers of the components
   * @param jfif whether there is a JFIF segment, which implies luma and chroma
   * @param transform what an Adobe segment says, or {@link #NO_ADOBE}
   */
  static JpegColors of(int[] ids, boolean jfif, int transform) throws IOException {
    return switch (ids.length) {
      case 1 -> GRAY;
      case 3 -> {
        boolean rgb =
            transform == NO_ADOBE ? Arrays.equals(ids, new int[] {'R', 'G', 'B'}) : transform == 0;
        yield rgb && !jfif ? RGB : YCBCR;
      }
      case 4 -> transform > 0 ? YCCK : CMYK;
      default ->
          throw new IOException(
              String.format(Locale.ROOT, "it has %d channels, expected 1, 3 or 4", ids.length));
    };
  }

  /** Converts a row of interleaved samples, writing red, green and blue from a place on. */
  void toRgb(byte[] row, byte[] rgb, int from) {
    switch (this) {
      case RGB -> System.arraycopy(row, 0, rgb, from, row.length);
      case GRAY -> {
        for (int x = 0; x < row.length; x++) {
          Arrays.fill(rgb, from + 3 * x, from + 3 * x + 3, row[x]);
        }
      }
      case YCBCR -> luma(row, 3, rgb, from);
      case YCCK -> {
        luma(row, 4, rgb, from);
        for (int i = 0; i < row.length / 4 * 3; i++) {
          rgb[from + i] = times(255 - (rgb[from + i] & 0xff), row[i / 3 * 4 + 3] & 0xff);
        }
      }
      case CMYK -> {
        for (int i = 0; i < row.length / 4 * 3; i++) {
          int pixel = i / 3 * 4;
          rgb[from + i] = times(row[pixel + i % 3] & 0xff, row[pixel + 3] & 0xff);
        }
      }
    }
  }

  /** ITU-R BT.601 at full range, in 16-bit fixed point, rounded as the reference decoder rounds. */
  private static void luma(byte[] row, int stride, byte[] rgb, int from) {
    int target = from;
    for (int i = 0; i < row.length; i += stride, target += 3) {
      int y = row[i] & 0xff;
      int cb = (row[i + 1] & 0xff) - 128;
      int cr = (row[i + 2] & 0xff) - 128;
      rgb[target] = clip(y + ((91881 * cr + 32768) >> 16));
      rgb[target + 1] = clip(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
      rgb[target + 2] = clip(y + ((116130 * cb + 32768) >> 16));
    }
  }

  private static byte clip(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }

  /** {@code a * b / 255}, rounded to nearest. */
  private static byte times(int a, int b) {
    int product = a * b + 128;
    return (byte) (((product >> 8) + product) >> 8);
  }
}
