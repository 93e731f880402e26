package io.demitasse.media.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The orientation out of an EXIF block, which is laid out as a TIFF file is:
 *
 * <pre>
 *   "II" or "MM" | 42 | offset of the first directory | ... | count | entries of 12 bytes
 *                                                               tag, type, count, value
 * </pre>
 *
 * <p>A block that makes no sense has no orientation: cameras write many such, and the pixels are
 * unharmed.
 */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int ENTRY = 12;
  private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

  private Exif() {}

  /** Whether the bytes from a place on are marked as EXIF, as in a JPEG segment. */
  static boolean isMarked(byte[] bytes, int from, int to) {
    return to - from >= PREFIX.length
        && Arrays.equals(bytes, from, from + PREFIX.length, PREFIX, 0, PREFIX.length);
  }

  /** The orientation in a block, which may be marked as EXIF or start with its content. */
  static Orientation orientation(byte[] bytes, int from, int to) {
    int start = isMarked(bytes, from, to) ? from + PREFIX.length : from;
    ByteBuffer block = ByteBuffer.wrap(bytes, start, to - start).slice();
    if (block.limit() < 8 || block.get(0) != block.get(1)) {
      return Orientation.UPRIGHT;
    }
    block.order(block.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(block.getInt(4));
    if (directory > block.limit() - 2) {
      return Orientation.UPRIGHT;
    }
    int first = (int) directory + 2;
    int fitting = (block.limit() - first) / ENTRY;
    int count = Math.min(Short.toUnsignedInt(block.getShort((int) directory)), fitting);
    for (int i = 0; i < count; i++) {
      int entry = first + i * ENTRY;
      if (Short.toUnsignedInt(block.getShort(entry)) == ORIENTATION) {
        return Orientation.of(value(block, entry));
      }
    }
    return Orientation.UPRIGHT;
  }

  private static int value(ByteBuffer block, int entry) {
    return switch (block.getShort(entry + 2)) {
      case SHORT -> Short.toUnsignedInt(block.getShort(entry + 8));
      case LONG -> block.getInt(entry + 8);
      default -> 0;
    };
  }
}
