package io.demitasse.zoo.weights;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes files in the format of CTranslate2, right ones and wrong ones. */
final class StoredModel {
  private static final List<DataType> TYPES =
      List.of(DataType.FLOAT, DataType.INT8, DataType.INT16, DataType.INT32, DataType.FLOAT16);

  final Map<String, Tensor> variables = new LinkedHashMap<>();
  final Map<String, String> aliases = new LinkedHashMap<>();
  String specification = "WhisperSpec";
  int version = 6;

  private final ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

  /** All bytes of the file. */
  byte[] bytes() {
    out.clear().putInt(version);
    text(specification);
    out.putInt(3).putInt(variables.size());
    variables.forEach(this::variable);
    out.putInt(aliases.size());
    aliases.forEach(
        (alias, name) -> {
          text(alias);
          text(name);
        });
    byte[] all = new byte[out.position()];
    out.flip().get(all);
    return all;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  private void variable(String name, Tensor tensor) {
    text(name);
    out.put((byte) tensor.rank());
    for (long size : tensor.sizes()) {
      out.putInt((int) size);
    }
    out.put((byte) TYPES.indexOf(tensor.dataType())).putInt((int) tensor.byteSize());
    out.put(tensor.bytes().asByteBuffer());
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) (bytes.length + 1)).put(bytes).put((byte) 0);
  }
}
