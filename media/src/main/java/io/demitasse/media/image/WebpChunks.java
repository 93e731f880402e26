package io.demitasse.media.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a WebP file that matter.
 *
 * <pre>
 *   "RIFF" length "WEBP" | "VP8 " or "VP8L": one picture, or
 *                        | "VP8X" canvas | "ALPH"? "VP8 " or "VP8L" | "EXIF"? ...
 *                        | "VP8X" canvas | "ANMF" place, "ALPH"? "VP8 " or "VP8L" | "ANMF" ...
 * </pre>
 */
final class WebpChunks {
  private static final int RIFF = 12;
  private static final int CHUNK = 8;
  private static final int PLACE = 16;
  private static final int CANVAS = 10;

  /** What the decoder asks of a file before it looks at it. */
  private static final int SHORTEST = 32;

  private static final byte HAS_ALPHA = 0x10;

  /** A chunk: where its content lies. */
  private record Chunk(int start, int length) {
    int end() {
      return start + length;
    }
  }

  private final byte[] bytes;
  private final ByteBuffer file;
  private @Nullable Chunk canvas;
  private @Nullable Chunk alpha;
  private @Nullable Chunk image;
  private @Nullable Chunk place;
  private Orientation orientation = Orientation.UPRIGHT;
  private int frames;

  private WebpChunks(byte[] bytes) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static WebpChunks read(byte[] bytes) throws IOException {
    WebpChunks chunks = new WebpChunks(bytes);
    long end = CHUNK + Integer.toUnsignedLong(chunks.file.getInt(4));
    if (end > bytes.length) {
      throw new IOException(
          String.format(Locale.ROOT, "it is cut off: %,d bytes of %,d", bytes.length, end));
    }
    chunks.walk(RIFF, (int) end);
    return chunks;
  }

  private void walk(int from, int to) throws IOException {
    int at = from;
    while (to - at >= CHUNK) {
      long length = Integer.toUnsignedLong(file.getInt(at + 4));
      if (length > to - at - CHUNK) {
        throw new IOException(String.format(Locale.ROOT, "its chunk at byte %,d is cut off", at));
      }
      chunk(type(at), new Chunk(at + CHUNK, (int) length));
      // Chunks start at even places.
      at += CHUNK + (int) (length + (length & 1));
    }
  }

  private void chunk(String type, Chunk chunk) throws IOException {
    switch (type) {
      case "VP8X" -> canvas = canvas == null ? required(chunk, CANVAS) : canvas;
      case "ALPH" -> alpha = alpha == null && image == null ? chunk : alpha;
      case "VP8 ", "VP8L" -> image = image == null ? required(chunk, CANVAS) : image;
      case "EXIF" -> orientation = Exif.orientation(bytes, chunk.start(), chunk.end());
      case "ANMF" -> {
        if (frames++ == 0) {
          place = required(chunk, PLACE);
          walk(chunk.start() + PLACE, chunk.end());
        }
      }
      default -> {}
    }
  }

  private static Chunk required(Chunk chunk, int least) throws IOException {
    if (chunk.length() < least) {
      throw new IOException(
          String.format(Locale.ROOT, "its chunk at byte %,d is too short", chunk.start() - CHUNK));
    }
    return chunk;
  }

  WebpSource source() throws IOException {
    if (image == null) {
      throw new IOException("it has no picture");
    }
    Rectangle frame = frame(image);
    int width = frame.width();
    int height = frame.height();
    if (canvas != null) {
      width = 1 + number24(canvas.start() + 4);
      height = 1 + number24(canvas.start() + 7);
    }
    if (frame.left() + frame.width() > width || frame.top() + frame.height() > height) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "its picture of %d x %d pixels does not fit its canvas of %d x %d",
              frame.width(),
              frame.height(),
              width,
              height));
    }
    List<String> notes = new ArrayList<>();
    if (frames > 1) {
      notes.add("is animated: its first frame is taken, the others are left out");
    }
    return new WebpSource(
        still(image, frame), new PictureHeader(width, height, 5, orientation, notes), frame);
  }

  /** Where the picture lies, its sides taken from its own bitstream. */
  private Rectangle frame(Chunk picture) {
    int start = picture.start();
    boolean lossless = isLossless(picture);
    int sides = file.getInt(start + (lossless ? 1 : 6));
    int width = lossless ? 1 + (sides & 0x3fff) : sides & 0x3fff;
    int height = lossless ? 1 + (sides >>> 14 & 0x3fff) : sides >>> 16 & 0x3fff;
    return place == null
        ? new Rectangle(0, 0, width, height)
        : new Rectangle(
            2 * number24(place.start()), 2 * number24(place.start() + 3), width, height);
  }

  private String type(int at) {
    return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
  }

  private boolean isLossless(Chunk picture) {
    return type(picture.start() - CHUNK).equals("VP8L");
  }

  private byte[] still(Chunk picture, Rectangle frame) {
    // A lossless picture has its alpha within.
    Chunk apart = isLossless(picture) ? null : alpha;
    int length = RIFF + space(picture) + (apart == null ? 0 : CHUNK + CANVAS + space(apart));
    ByteBuffer still =
        ByteBuffer.allocate(Math.max(length, SHORTEST)).order(ByteOrder.LITTLE_ENDIAN);
    still.put(bytes, 0, 4).putInt(length - CHUNK).put(bytes, CHUNK, 4);
    if (apart != null) {
      still.put(new byte[] {'V', 'P', '8', 'X'}).putInt(CANVAS).putInt(HAS_ALPHA);
      put24(still, frame.width() - 1);
      put24(still, frame.height() - 1);
      copy(apart, still);
    }
    copy(picture, still);
    return still.array();
  }

  private void copy(Chunk chunk, ByteBuffer to) {
    to.put(bytes, chunk.start() - CHUNK, CHUNK + chunk.length());
    to.position(to.position() + (chunk.length() & 1));
  }

  private static int space(Chunk chunk) {
    return CHUNK + chunk.length() + (chunk.length() & 1);
  }

  private int number24(int at) {
    return Short.toUnsignedInt(file.getShort(at)) + ((bytes[at + 2] & 0xff) << 16);
  }

  private static void put24(ByteBuffer to, int value) {
    to.putShort((short) value).put((byte) (value >> 16));
  }
}
