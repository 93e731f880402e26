package io.demitasse.media.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * A PNG file, whose chunks are checked before it is decoded: they must be whole, and those that the
 * pixels depend on undamaged.
 *
 * <pre>
 *   89 'P' 'N' 'G' 13 10 26 10 | length type content checksum | ... | 0 "IEND" checksum
 * </pre>
 */
record PngSource(byte[] bytes, PictureHeader header) implements PictureSource {
  private static final int SIGNATURE = 8;
  private static final int AROUND = 12;
  private static final int HEADER = 13;

  static PngSource open(byte[] bytes) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    Orientation orientation = Orientation.UPRIGHT;
    List<String> notes = new ArrayList<>();
    int at = SIGNATURE;
    String type = "";
    while (!type.equals("IEND")) {
      int length = bytes.length - at < AROUND ? -1 : file.getInt(at);
      if (length < 0 || length > bytes.length - at - AROUND) {
        throw new IOException(
            String.format(Locale.ROOT, "it is cut off at byte %,d of %,d", at, bytes.length));
      }
      type = new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
      requireSound(file, type, at, length);
      switch (type) {
        case "eXIf" -> orientation = Exif.orientation(bytes, at + 8, at + 8 + length);
        case "acTL" -> notes.add("is animated: its first frame is taken, the others are left out");
        default -> {}
      }
      at += AROUND + length;
    }
    return new PngSource(bytes, header(file, orientation, notes));
  }

  private static void requireSound(ByteBuffer file, String type, int at, int length)
      throws IOException {
    boolean header = type.equals("IHDR") && length == HEADER;
    if (at == SIGNATURE && !header) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it starts with a chunk %s of %d bytes, expected IHDR of %d",
              type,
              length,
              HEADER));
    }
    // An upper case letter marks what a reader must understand.
    if (Character.isUpperCase(type.charAt(0))) {
      CRC32 sum = new CRC32();
      sum.update(file.slice(at + 4, 4 + length));
      if ((int) sum.getValue() != file.getInt(at + 8 + length)) {
        throw new IOException(
            String.format(
                Locale.ROOT, "the checksum of its chunk %s at byte %,d is wrong", type, at));
      }
    }
  }

  private static PictureHeader header(
      ByteBuffer file, Orientation orientation, List<String> notes) {
    int bits = file.get(SIGNATURE + 16);
    int channels =
        switch (file.get(SIGNATURE + 17)) {
          case 0, 3 -> 1;
          case 4 -> 2;
          case 2 -> 3;
          default -> 4;
        };
    return new PictureHeader(
        file.getInt(SIGNATURE + 8),
        file.getInt(SIGNATURE + 12),
        channels * Math.ceilDiv(bits, 8),
        orientation,
        notes);
  }

  @Override
  public Picture decode(Consumer<String> notes) throws IOException {
    return Samples.picture(
        Readers.PNG.image(bytes, header, note -> notes.accept("was read with a warning: " + note)));
  }
}
