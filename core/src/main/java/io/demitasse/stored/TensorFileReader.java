package io.demitasse.stored;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes the file of tensors apart, and believes nothing that it says before it is checked. */
final class TensorFileReader {
  /** No header is longer: it takes a hundred bytes a tensor. */
  private static final int MOST_HEADER = 1 << 24;

  /** No tensor of a model has more axes. */
  private static final int MOST_AXES = 64;

  private final MemorySegment file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** What the header says of a tensor, and where its content lies by that. */
  private record Entry(DataType type, long[] sizes, long start, long bytes) {}

  private TensorFileReader(MemorySegment file) {
    this.file = file;
  }

  /**
   * Opens a file and checks its header against its size, without reading any content.
   *
   * @throws IOException when it cannot be read, or is no file of tensors, saying why
   */
  static TensorFileReader of(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      require(channel.size() >= TensorFile.PREFIX, "it has only " + channel.size() + " bytes");
      TensorFileReader reader =
          new TensorFileReader(channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
      reader.readHeader();
      return reader;
    }
  }

  private void readHeader() throws IOException {
    ByteBuffer prefix = buffer(0, TensorFile.PREFIX);
    byte[] magic = new byte[TensorFile.MAGIC.length];
    prefix.get(magic);
    require(Arrays.equals(magic, TensorFile.MAGIC), "it does not begin as one");
    int version = prefix.getInt();
    require(
        version == TensorFile.VERSION,
        "it has version " + version + ", expected " + TensorFile.VERSION);
    int length = prefix.getInt();
    long most = Math.min(MOST_HEADER, file.byteSize() - TensorFile.PREFIX);
    require(length >= 0 && length <= most, "its header would have " + length + " bytes of " + most);
    ByteBuffer header = buffer(TensorFile.PREFIX, length);
    try {
      long end = readEntries(header, TensorFile.PREFIX + (long) length);
      require(!header.hasRemaining(), "its header goes on behind the last tensor");
      require(
          end == file.byteSize(),
          "it has " + file.byteSize() + " bytes, and by its header it has " + end);
    } catch (BufferUnderflowException e) {
      throw refused("its header ends early");
    }
  }

  /** Answers where the content of the last tensor ends. */
  private long readEntries(ByteBuffer header, long headerEnd) throws IOException {
    long end = headerEnd;
    for (int count = header.getInt(); count > 0; count--) {
      String name = text(header);
      int code = header.getInt();
      require(code >= 1 && code <= DataType.values().length, quoted(name) + "has a type " + code);
      DataType type = DataType.ofCode(code);
      int rank = header.getInt();
      require(rank >= 0 && rank <= MOST_AXES, quoted(name) + "has " + rank + " axes");
      long[] sizes = new long[rank];
      for (int axis = 0; axis < rank; axis++) {
        sizes[axis] = header.getLong();
      }
      long bytes = header.getLong();
      long start = TensorFile.aligned(end);
      requireFits(name, type, sizes, bytes);
      require(
          start <= file.byteSize() && bytes <= file.byteSize() - start,
          quoted(name) + "would have " + bytes + " bytes from byte " + start + " on");
      Entry before = entries.put(name, new Entry(type, sizes, start, bytes));
      require(before == null, "it has two tensors " + quoted(name).strip());
      end = start + bytes;
    }
    return end;
  }

  private static String text(ByteBuffer header) throws IOException {
    int length = header.getInt();
    require(length >= 0 && length <= header.remaining(), "a name would have " + length + " bytes");
    byte[] text = new byte[length];
    header.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static void requireFits(String name, DataType type, long[] sizes, long bytes)
      throws IOException {
    long needed;
    try {
      long elements = Tensor.elementCount(sizes);
      needed =
          type == DataType.STRING
              ? Math.multiplyExact(elements, (long) Integer.BYTES)
              : type.bytes(elements);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw refused(quoted(name) + "has impossible sizes " + Arrays.toString(sizes));
    }
    boolean fits = type == DataType.STRING ? bytes >= needed : bytes == needed;
    require(fits, quoted(name) + "needs " + needed + " bytes and has " + bytes);
  }

  Map<String, Tensor> tensors() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Entry> each : entries.entrySet()) {
      Entry entry = each.getValue();
      MemorySegment content = file.asSlice(entry.start(), entry.bytes());
      tensors.put(
          each.getKey(),
          entry.type() == DataType.STRING
              ? texts(each.getKey(), entry, content)
              : Tensor.of(entry.type(), entry.sizes(), content));
    }
    return tensors;
  }

  private static Tensor texts(String name, Entry entry, MemorySegment content) throws IOException {
    List<byte[]> texts = new ArrayList<>();
    long at = 0;
    for (long left = Tensor.elementCount(entry.sizes()); left > 0; left--) {
      require(content.byteSize() - at >= Integer.BYTES, quoted(name) + "ends in a text");
      int length = content.get(Tensor.I32, at);
      at += Integer.BYTES;
      require(length >= 0 && length <= content.byteSize() - at, quoted(name) + "ends in a text");
      texts.add(content.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
      at += length;
    }
    require(at == content.byteSize(), quoted(name) + "goes on behind its last text");
    return Tensor.ofStrings(entry.sizes(), texts);
  }

  private ByteBuffer buffer(long start, long bytes) {
    return file.asSlice(start, bytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String quoted(String name) {
    return "'" + name + "' ";
  }

  private static void require(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw refused(otherwise);
    }
  }

  private static IOException refused(String why) {
    return new IOException("it is no whole file of tensors: " + why);
  }
}
