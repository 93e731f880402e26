package io.demitasse.media.image;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads pictures: JPEG, PNG, WebP, GIF and BMP, upright and as 8-bit RGB.
 *
 * <ul>
 *   <li>The orientation in the file's EXIF is applied.
 *   <li>What is transparent becomes white: that is the paper that people see it on, while the color
 *       stored under it is arbitrary, often black, and would hide dark writing.
 *   <li>Of 16 bits the upper 8 are kept, as Pillow does.
 *   <li>CMYK becomes RGB by {@code channel * black / 255}, as in Pillow.
 *   <li>Color profiles are ignored, as Pillow and OpenCV ignore them, with which models are
 *       trained.
 *   <li>Of an animation the first frame is taken, on its whole canvas, and that is told.
 * </ul>
 *
 * <p>A file is held in memory and believed in nothing: its size is judged by its header before any
 * pixel is decoded. Nothing but the file itself is touched. Threads do not disturb each other.
 */
public final class Pictures {
  /** The most pixels of a picture: 100 million. */
  public static final long MOST_PIXELS = 100_000_000;

  /** The longest side of a picture in pixels, which is also the longest that JPEG can express. */
  public static final int LONGEST_SIDE = 65_535;

  /** The most bytes of a file. */
  public static final long LARGEST_FILE = 1L << 28;

  /** Red, green and blue, once as decoded and once turned upright. */
  private static final int BYTES_OF_RESULT = 6;

  private Pictures() {}

  /**
   * Reads a picture, keeping to itself what could be told about it.
   *
   * @throws DemitasseException (bad request) when it is missing, too large or damaged, naming it
   */
  public static Picture read(Path file) {
    return read(file, note -> {});
  }

  /**
   * Reads a picture.
   *
   * @param notes is told what is left out of the file, one sentence each: frames of an animation,
   *     damage that could be read over
   * @throws DemitasseException (bad request) when it is missing, too large or damaged, naming it
   */
  public static Picture read(Path file, Consumer<String> notes) {
    return read(bytes(file), file.toString(), notes);
  }

  /**
   * Reads a picture from the bytes of its file.
   *
   * @param name what messages call it
   * @throws DemitasseException (bad request) when it is too large or damaged
   */
  public static Picture read(byte[] bytes, String name, Consumer<String> notes) {
    try {
      PictureSource source = PictureFormat.open(bytes);
      requireRoom(source.header(), Runtime.getRuntime().maxMemory() / 2);
      Picture picture = source.decode(note -> notes.accept(name + " " + note));
      source.header().notes().forEach(note -> notes.accept(name + " " + note));
      return source.header().orientation().upright(picture);
    } catch (DemitasseException e) {
      throw DemitasseException.badRequest("The picture " + name + " " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      // Readers answer damage with whatever exception they run into.
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "The picture "
              + name
              + " is damaged: "
              + reason(e)
              + ". Replace it by one that other programs can open.",
          e);
    }
  }

  /**
   * The size of a picture as it stands upright, by what its file says before its pixels.
   *
   * @throws DemitasseException (bad request) when it cannot be read, is too large or damaged
   */
  public static Size size(Path file) {
    try {
      PictureHeader header = PictureFormat.open(bytes(file)).header();
      requireRoom(header, Runtime.getRuntime().maxMemory() / 2);
      return header.orientation().upright(new Size(header.width(), header.height()));
    } catch (IOException | RuntimeException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "The picture " + file + " cannot be used: " + reason(e) + ".",
          e);
    }
  }

  private static String reason(Exception e) {
    if (e instanceof EOFException) {
      return "it ends too soon";
    }
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? "its content is damaged"
        : withoutEnd(Reason.of(e));
  }

  /** A sentence of someone else's without its full stop, for the middle of one of ours. */
  private static String withoutEnd(String message) {
    int end = message.length();
    while (end > 0 && " .!\t\r\n".indexOf(message.charAt(end - 1)) >= 0) {
      end--;
    }
    return message.substring(0, end);
  }

  /** All bytes of a file that is not too large. */
  static byte[] bytes(Path file) {
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The picture %s %s. Give the path of a JPEG, PNG, WebP, GIF or BMP file.",
              file,
              Files.isDirectory(file)
                  ? "is a folder"
                  : Files.exists(file) ? "is not a regular file" : "does not exist"));
    }
    try (InputStream in = Files.newInputStream(file)) {
      // The length that a file system tells may change; that of what was read cannot.
      boolean fits = Files.size(file) <= LARGEST_FILE;
      byte[] bytes = fits ? in.readNBytes((int) LARGEST_FILE + 1) : new byte[0];
      if (!fits || bytes.length > LARGEST_FILE) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "The picture %s has more than %,d bytes, the most that are taken. Make it smaller.",
                file,
                LARGEST_FILE));
      }
      return bytes;
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "The picture " + file + " cannot be read: " + Reason.of(e),
          e);
    }
  }

  /** Refuses by its header what would not fit into memory. */
  static void requireRoom(PictureHeader header, long memory) {
    int width = header.width();
    int height = header.height();
    if (width < 1 || height < 1) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "has %d x %d pixels, expected at least one. Replace it.",
              width,
              height));
    }
    long pixels = (long) width * height;
    if (width > LONGEST_SIDE || height > LONGEST_SIDE || pixels > MOST_PIXELS) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "has %,d x %,d pixels by its header; at most %,d in all and %,d a side are decoded."
                  + " Make it smaller.",
              width,
              height,
              MOST_PIXELS,
              LONGEST_SIDE));
    }
    long needed = pixels * (header.bytesPerPixel() + BYTES_OF_RESULT);
    if (needed > memory) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "has %,d x %,d pixels, which take %,d MB to decode; half of the heap, %,d MB, may be"
                  + " used. Make it smaller, or give Java more memory with -Xmx.",
              width,
              height,
              needed >> 20,
              memory >> 20));
    }
  }
}
