package io.demitasse.evaluate;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Inputs of a run as a file, to be handed to another process of this program. */
final class TensorFile {
  private TensorFile() {}

  static void write(Map<String, Tensor> tensors, Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(tensors.size());
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        out.writeUTF(entry.getKey());
        write(entry.getValue(), out);
      }
    }
  }

  private static void write(Tensor tensor, DataOutputStream out) throws IOException {
    out.writeUTF(tensor.dataType().name());
    out.writeInt(tensor.rank());
    for (long size : tensor.sizes()) {
      out.writeLong(size);
    }
    if (tensor.dataType() == DataType.STRING) {
      for (byte[] text : tensor.strings()) {
        out.writeInt(text.length);
        out.write(text);
      }
      return;
    }
    out.writeInt(Math.toIntExact(tensor.byteSize()));
    WritableByteChannel channel = Channels.newChannel(out);
    channel.write(tensor.bytes().asByteBuffer());
  }

  static Map<String, Tensor> read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (int count = in.readInt(); count > 0; count--) {
        String name = in.readUTF();
        tensors.put(name, read(in));
      }
      return tensors;
    }
  }

  private static Tensor read(DataInputStream in) throws IOException {
    DataType type = DataType.valueOf(in.readUTF());
    long[] sizes = new long[in.readInt()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = in.readLong();
    }
    if (type != DataType.STRING) {
      return Tensor.of(type, sizes, MemorySegment.ofArray(in.readNBytes(in.readInt())));
    }
    List<byte[]> texts = new ArrayList<>();
    for (long i = Tensor.elementCount(sizes); i > 0; i--) {
      texts.add(in.readNBytes(in.readInt()));
    }
    return Tensor.ofStrings(sizes, texts);
  }
}
