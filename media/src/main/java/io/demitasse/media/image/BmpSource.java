package io.demitasse.media.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A BMP file: file header of 14 bytes, information header of 12 (OS/2), 40 or more, pixels. */
record BmpSource(byte[] bytes, PictureHeader header) implements PictureSource {
  private static final int INFORMATION = 14;
  private static final int SMALL = 12;
  private static final int USUAL = 40;

  /** From here on the compression means that a file of another format is embedded. */
  private static final int EMBEDDED = 4;

  static BmpSource open(byte[] bytes) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = bytes.length < INFORMATION + SMALL ? 0 : file.getInt(INFORMATION);
    if ((size != SMALL && size < USUAL) || bytes.length - INFORMATION < size) {
      throw new IOException("its header is cut off or of no known kind");
    }
    boolean small = size == SMALL;
    int width = small ? Short.toUnsignedInt(file.getShort(18)) : file.getInt(18);
    int height = small ? Short.toUnsignedInt(file.getShort(20)) : file.getInt(22);
    int bits = file.getShort(small ? 24 : 28);
    int compression = small ? 0 : file.getInt(30);
    if (compression < 0 || compression >= EMBEDDED) {
      throw new IOException(
          String.format(
              Locale.ROOT, "it is compressed by method %d, which is not read", compression));
    }
    // A negative height tells that the rows run from the top.
    int rows = height < 0 ? -height : height;
    int pixel = Math.clamp(Math.ceilDiv(bits, 8), 1, 4);
    return new BmpSource(
        bytes, new PictureHeader(width, rows, pixel, Orientation.UPRIGHT, List.of()));
  }

  @Override
  public Picture decode(Consumer<String> notes) throws IOException {
    return Samples.picture(
        Readers.BMP.image(bytes, header, note -> notes.accept("was read with a warning: " + note)));
  }
}
