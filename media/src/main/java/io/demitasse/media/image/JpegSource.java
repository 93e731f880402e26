package io.demitasse.media.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A JPEG file: its samples are decoded as they are stored, and become RGB here. */
record JpegSource(byte[] bytes, JpegSegments segments) implements PictureSource {
  private static final String CUT_OFF = "premature end";

  static JpegSource open(byte[] bytes) throws IOException {
    return new JpegSource(bytes, JpegSegments.read(bytes));
  }

  @Override
  public PictureHeader header() {
    return new PictureHeader(
        segments.width(),
        segments.height(),
        segments.components(),
        segments.orientation(),
        List.of());
  }

  @Override
  public Picture decode(Consumer<String> notes) throws IOException {
    // Warnings come out of native code, which must not be thrown through.
    List<String> warnings = new ArrayList<>();
    Raster raster = Readers.JPEG.raster(bytes, header(), warnings::add);
    for (String warning : warnings) {
      if (warning.contains(CUT_OFF)) {
        throw new IOException("its picture is cut off (" + warning + ")");
      }
      notes.accept("is damaged, but was read: " + warning);
    }
    return picture(raster);
  }

  private Picture picture(Raster raster) throws IOException {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    if (bands != segments.components()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "its header tells %d channels and its content %d",
              segments.components(),
              bands));
    }
    byte[] rgb = new byte[3 * width * height];
    byte[] row = new byte[bands * width];
    Samples.Rows rows = Samples.Rows.of(raster);
    for (int y = 0; y < height; y++) {
      rows.read(y, row);
      segments.colors().toRgb(row, rgb, 3 * y * width);
    }
    return new Picture(width, height, rgb);
  }
}
