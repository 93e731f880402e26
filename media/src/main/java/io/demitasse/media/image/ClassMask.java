package io.demitasse.media.image;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The class of each pixel of a picture, as a PNG file holds it: places in a palette or shades of
 * gray, which are read as the numbers that they are stored as.
 *
 * @param classes row by row, from the top left
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClassMask(Size size, int[] classes) {
  private static final int MOST_CLASSES = 256;

  /**
   * Reads a mask.
   *
   * @throws DemitasseException (bad request) when it is no PNG file of such numbers, too large or
   *     damaged
   */
  public static ClassMask read(Path file) {
    try {
      return read(Pictures.bytes(file));
    } catch (DemitasseException e) {
      throw DemitasseException.badRequest("The mask " + file + " cannot be used: " + Reason.of(e));
    } catch (IOException | RuntimeException e) {
      // Readers answer damage with whatever exception they run into.
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "The mask " + file + " is damaged: " + Reason.of(e),
          e);
    }
  }

  private static ClassMask read(byte[] bytes) throws IOException {
    if (!(PictureFormat.open(bytes) instanceof PngSource source)) {
      throw DemitasseException.badRequest("it is no PNG file");
    }
    Pictures.requireRoom(source.header(), Runtime.getRuntime().maxMemory() / 2);
    Raster raster = Readers.PNG.image(bytes, source.header(), _ -> {}).getRaster();
    if (raster.getNumBands() != 1) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "it has %d channels, expected a palette or gray, a class a pixel",
              raster.getNumBands()));
    }
    int width = raster.getWidth();
    int height = raster.getHeight();
    int[] classes = raster.getSamples(0, 0, width, height, 0, (int[]) null);
    for (int each : classes) {
      if (each >= MOST_CLASSES) {
        throw DemitasseException.badRequest(
            String.format(Locale.ROOT, "it has the class %,d, expected 0 to 255", each));
      }
    }
    return new ClassMask(new Size(width, height), classes);
  }
}
