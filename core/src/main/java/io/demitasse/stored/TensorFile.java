package io.demitasse.stored;

import io.demitasse.error.Cancellation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tensors by name as a file, for another process or another day. Numbers are little-endian, as the
 * content of tensors is:
 *
 * <pre>
 *   8 bytes    "dmtensor"
 *   4          version, 1
 *   4          bytes of the header
 *   header     4  how many tensors; of each, in the order of their names:
 *                 4 + n  name: bytes of its UTF-8, and these
 *                 4      type, as ONNX numbers it
 *                 4      rank
 *                 8 each sizes
 *                 8      bytes of the content
 *   content    of each tensor, beginning at a multiple of 64 bytes from the start of the file;
 *              a text is 4 bytes that say its length, and its bytes
 * </pre>
 *
 * <p>The same tensors give the same bytes, whatever order they come in.
 */
public final class TensorFile {
  static final byte[] MAGIC = "dmtensor".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;

  /** Magic, version and length of the header. */
  static final int PREFIX = 16;

  static final int ALIGNMENT = 64;

  /** Content goes to the file in pieces, for a heap buffer holds less than a tensor may have. */
  private static final int PIECE = 1 << 20;

  private TensorFile() {}

  /**
   * Writes what {@link #read} reads, tensor by tensor; a deferred one is computed when it is its
   * turn.
   *
   * @throws io.demitasse.error.DemitasseException (cancelled) when this thread was interrupted
   */
  public static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
    Map<String, Tensor> sorted = new TreeMap<>(tensors);
    byte[] header = header(sorted);
    out.write(MAGIC);
    number(VERSION, Integer.BYTES, out);
    number(header.length, Integer.BYTES, out);
    out.write(header);
    long end = (long) PREFIX + header.length;
    for (Tensor tensor : sorted.values()) {
      long start = aligned(end);
      out.write(new byte[Math.toIntExact(start - end)]);
      content(tensor, out);
      end = start + bytes(tensor);
    }
  }

  /**
   * The same into a file that does not exist yet.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it does
   */
  public static void write(Map<String, Tensor> tensors, Path file) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW))) {
      write(tensors, out);
    }
  }

  private static byte[] header(Map<String, Tensor> tensors) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    number(tensors.size(), Integer.BYTES, header);
    for (Map.Entry<String, Tensor> each : tensors.entrySet()) {
      byte[] name = each.getKey().getBytes(StandardCharsets.UTF_8);
      Tensor tensor = each.getValue();
      number(name.length, Integer.BYTES, header);
      header.write(name);
      number(tensor.dataType().code(), Integer.BYTES, header);
      number(tensor.rank(), Integer.BYTES, header);
      for (long size : tensor.sizes()) {
        number(size, Long.BYTES, header);
      }
      number(bytes(tensor), Long.BYTES, header);
    }
    return header.toByteArray();
  }

  private static void number(long value, int bytes, OutputStream out) throws IOException {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (i * Byte.SIZE)));
    }
  }

  private static void content(Tensor tensor, OutputStream out) throws IOException {
    Cancellation.check();
    if (tensor.dataType() == DataType.STRING) {
      for (byte[] text : tensor.strings()) {
        number(text.length, Integer.BYTES, out);
        out.write(text);
      }
      return;
    }
    MemorySegment bytes = tensor.bytes();
    WritableByteChannel channel = Channels.newChannel(out);
    for (long done = 0; done < bytes.byteSize(); done += PIECE) {
      Cancellation.check();
      long piece = Math.min(PIECE, bytes.byteSize() - done);
      channel.write(bytes.asSlice(done, piece).asByteBuffer());
    }
  }

  private static long bytes(Tensor tensor) {
    long lengths = tensor.dataType() == DataType.STRING ? tensor.elementCount() * Integer.BYTES : 0;
    return lengths + tensor.byteSize();
  }

  static long aligned(long position) {
    return Math.ceilDiv(position, ALIGNMENT) * ALIGNMENT;
  }

  /**
   * Reads a file that may have been written by anybody. Content of numbers is mapped, so the file
   * has to stay as it is.
   *
   * @throws IOException when it cannot be read, or is not what {@link #write} writes, saying why
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    return TensorFileReader.of(file).tensors();
  }
}
