package io.demitasse.media.image;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A GIF file: the first frame at its place on the canvas.
 *
 * <pre>
 *   "GIF89a" | canvas, flags | colors? | '!' label blocks | ',' place, flags | colors? | blocks | ';'
 * </pre>
 *
 * @param frame left, top, width and height of the first frame on the canvas
 */
record GifSource(byte[] bytes, PictureHeader header, Rectangle frame) implements PictureSource {
  private static final int SCREEN = 6;
  private static final int BLOCKS = 13;

  static GifSource open(byte[] bytes) throws IOException {
    Walk walk = new Walk(bytes);
    if (!walk.toFrame()) {
      throw new IOException("it has no frame");
    }
    Rectangle frame = new Rectangle(walk.number(0), walk.number(2), walk.number(4), walk.number(6));
    walk.overFrame();
    List<String> notes =
        walk.toFrame()
            ? List.of("is animated: its first frame is taken, the others are left out")
            : List.of();
    // A frame that reaches beyond the canvas widens it, as Pillow has it.
    int width = Math.max(number(bytes, SCREEN), frame.left() + frame.width());
    int height = Math.max(number(bytes, SCREEN + 2), frame.top() + frame.height());
    return new GifSource(
        bytes, new PictureHeader(width, height, 4, Orientation.UPRIGHT, notes), frame);
  }

  @Override
  public Picture decode(Consumer<String> notes) throws IOException {
    PictureHeader own =
        new PictureHeader(frame.width(), frame.height(), 1, Orientation.UPRIGHT, List.of());
    Picture picture =
        Samples.picture(
            Readers.GIF.image(
                bytes, own, note -> notes.accept("was read with a warning: " + note)));
    return frame.on(header.width(), header.height(), picture);
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) + ((bytes[at + 1] & 0xff) << 8);
  }

  /** Walks from block to block; a file that ends within one is cut off. */
  private static final class Walk {
    private final byte[] bytes;
    private int at = BLOCKS;

    Walk(byte[] bytes) throws IOException {
      this.bytes = bytes;
      require(BLOCKS);
      at += colors(bytes[SCREEN + 4]);
    }

    /** Whether there is another frame, and if so goes to its place. */
    boolean toFrame() throws IOException {
      while (at < bytes.length && bytes[at] == '!') {
        at += 2;
        overBlocks();
      }
      boolean found = at < bytes.length && bytes[at++] == ',';
      if (found) {
        require(at + 9);
      }
      return found;
    }

    void overFrame() throws IOException {
      at += 9 + colors(bytes[at + 8]) + 1;
      overBlocks();
    }

    int number(int offset) {
      return GifSource.number(bytes, at + offset);
    }

    private void overBlocks() throws IOException {
      require(at + 1);
      while (bytes[at] != 0) {
        at += 1 + (bytes[at] & 0xff);
        require(at + 1);
      }
      at++;
    }

    private static int colors(byte flags) {
      return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private void require(int end) throws IOException {
      if (end > bytes.length) {
        throw new IOException(
            String.format(Locale.ROOT, "it is cut off after %,d bytes", bytes.length));
      }
    }
  }
}
