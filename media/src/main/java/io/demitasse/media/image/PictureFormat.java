package io.demitasse.media.image;

import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The formats of picture files, told apart by their first bytes and never by their names. */
enum PictureFormat {
  JPEG(true, 0, "\u00ff\u00d8\u00ff"),
  PNG(true, 0, "\u0089PNG\r\n\u001a\n"),
  GIF(true, 0, "GIF8"),
  WEBP(true, 8, "WEBP"),
  BMP(true, 0, "BM"),
  TIFF(false, 0, "II*\0"),
  BIG_ENDIAN_TIFF(false, 0, "MM\0*"),
  AVIF(false, 4, "ftypavif"),
  HEIC(false, 4, "ftyphei"),
  HEIF(false, 4, "ftypmif1"),
  JPEG_XL(false, 0, "\u00ff\n"),
  JPEG_2000(false, 4, "jP  \r\n"),
  PDF(false, 0, "%PDF"),
  SVG(false, 0, "<svg"),
  XML(false, 0, "<?xml"),
  PHOTOSHOP(false, 0, "8BPS");

  private final boolean read;
  private final int offset;
  private final String magic;

  PictureFormat(boolean read, int offset, String magic) {
    this.read = read;
    this.offset = offset;
    this.magic = magic;
  }

  private boolean starts(byte[] bytes) {
    return bytes.length >= offset + magic.length()
        && text(bytes, offset, magic.length()).equals(magic)
        && (this != WEBP || text(bytes, 0, 4).equals("RIFF"));
  }

  private static String text(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads the header of a file.
   *
   * @throws DemitasseException (bad request) when it is no picture that can be read, as a predicate
   *     of the file's name
   */
  static PictureSource open(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      throw DemitasseException.badRequest("is empty: it has 0 bytes. Replace it.");
    }
    for (PictureFormat format : values()) {
      if (format.starts(bytes)) {
        return format.source(bytes);
      }
    }
    throw DemitasseException.badRequest(
        String.format(
                Locale.ROOT,
                "is not a picture: it starts with %s, which is neither JPEG, PNG, WebP, GIF nor"
                    + " BMP. Give a",
                start(bytes))
            + " file of one of these.");
  }

  private PictureSource source(byte[] bytes) throws IOException {
    if (!read) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "is %s, expected JPEG, PNG, WebP, GIF or BMP. Convert it to PNG.",
              name().replace('_', ' ')));
    }
    return switch (this) {
      case JPEG -> JpegSource.open(bytes);
      case PNG -> PngSource.open(bytes);
      case GIF -> GifSource.open(bytes);
      case WEBP -> WebpSource.open(bytes);
      default -> BmpSource.open(bytes);
    };
  }

  private static String start(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(bytes.length, 8); i++) {
      text.append(i == 0 ? "" : " ").append(String.format(Locale.ROOT, "%02x", bytes[i] & 0xff));
    }
    return text.toString();
  }
}
