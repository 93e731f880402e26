package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * One array in NumPy's format, versions 1.0 to 3.0.
 *
 * <pre>
 *   93 'N' 'U' 'M' 'P' 'Y' | major minor | length of header | header, ends in \n | elements
 *          6 bytes         |   2 bytes   |   2 or 4 bytes   |                    |
 * </pre>
 *
 * <p>Of all types those are read that ONNX has: {@code f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1}, in
 * either byte order, row-major or column-major. Nothing is believed that the length of the content
 * does not bear out.
 */
public final class Npy {
  /** The most bytes one array may take. */
  public static final long LARGEST = 1L << 30;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;

  private Npy() {}

  /**
   * Reads a file.
   *
   * @throws DemitasseException (bad request) when it is no such array, with what was expected and
   *     found; the message does not name the file
   */
  public static Tensor read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > LARGEST) {
      throw DemitasseException.badRequest(
          String.format(Locale.ROOT, "has %,d bytes, at most %,d are taken", size, LARGEST));
    }
    return read(Files.readAllBytes(file));
  }

  /** Reads an array from all bytes of its file, as {@link #read(Path)} does. */
  static Tensor read(byte[] bytes) {
    int start = requireMagic(bytes);
    int length = headerLength(bytes, start);
    int end = start + lengthBytes(bytes) + length;
    if (length > NpyHeader.LONGEST || end > bytes.length) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT, "is no .npy file: its header does not fit into %d bytes", bytes.length));
    }
    String text = new String(bytes, end - length, length, StandardCharsets.UTF_8);
    NpyHeader header = NpyHeader.parse(text);
    long expected = header.contentBytes();
    if (expected != bytes.length - end) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "holds %,d bytes of elements, expected %,d for %s%s",
              bytes.length - end,
              expected,
              header.dataType().text(),
              Arrays.toString(header.sizes())));
    }
    byte[] content = header.ordered(Arrays.copyOfRange(bytes, end, bytes.length));
    return Tensor.of(header.dataType(), header.sizes(), MemorySegment.ofArray(content));
  }

  private static int requireMagic(byte[] bytes) {
    boolean magic =
        bytes.length >= MAGIC.length + 4
            && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    if (!magic) {
      throw DemitasseException.badRequest("is no .npy file: it does not start with \\x93NUMPY");
    }
    int major = bytes[MAGIC.length];
    int minor = bytes[MAGIC.length + 1];
    if (major < 1 || major > 3 || minor != 0) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT, "is a .npy file of version %d.%d, expected 1.0 to 3.0", major, minor));
    }
    return MAGIC.length + 2;
  }

  private static int lengthBytes(byte[] bytes) {
    return bytes[MAGIC.length] == 1 ? 2 : 4;
  }

  /** The header's length; the largest number where it is more than an int holds. */
  private static int headerLength(byte[] bytes, int start) {
    int count = lengthBytes(bytes);
    if (bytes.length < start + count) {
      return Integer.MAX_VALUE;
    }
    long length = 0;
    for (int i = count - 1; i >= 0; i--) {
      length = (length << 8) | (bytes[start + i] & 0xff);
    }
    return (int) Math.min(length, NpyHeader.LONGEST + 1L);
  }

  /**
   * Writes an array, version 1.0, little-endian and row-major; an existing file is replaced.
   *
   * @throws IllegalArgumentException for a type that NumPy does not have
   */
  public static void write(Tensor tensor, Path file) throws IOException {
    Files.write(file, bytes(tensor));
  }

  /** The bytes of a file with this array. */
  static byte[] bytes(Tensor tensor) {
    StringBuilder header = new StringBuilder(NpyHeader.text(tensor));
    int before = MAGIC.length + 4;
    while ((before + header.length() + 1) % ALIGNMENT != 0) {
      header.append(' ');
    }
    byte[] text = header.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    byte[] content = tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
    byte[] bytes = Arrays.copyOf(MAGIC, before + text.length + content.length);
    bytes[MAGIC.length] = 1;
    bytes[MAGIC.length + 2] = (byte) text.length;
    bytes[MAGIC.length + 3] = (byte) (text.length >> 8);
    System.arraycopy(text, 0, bytes, before, text.length);
    System.arraycopy(content, 0, bytes, before + text.length, content.length);
    return bytes;
  }
}
