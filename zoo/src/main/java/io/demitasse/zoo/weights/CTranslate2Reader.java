package io.demitasse.zoo.weights;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Takes such a file apart, and believes nothing that it says before it is checked. */
final class CTranslate2Reader {
  /** Versions that give each variable a type and its bytes, and know aliases. */
  private static final int OLDEST = 4;

  private static final int NEWEST = 6;

  /** No weight of a model has more axes. */
  private static final int MOST_AXES = 8;

  private static final int LONGEST_NAME = 1024;

  /** By the number that the format gives them. */
  private static final List<DataType> TYPES =
      List.of(
          DataType.FLOAT,
          DataType.INT8,
          DataType.INT16,
          DataType.INT32,
          DataType.FLOAT16,
          DataType.BFLOAT16);

  private final Path path;
  private final MemorySegment file;
  private long at;

  CTranslate2Reader(Path path, MemorySegment file) {
    this.path = path;
    this.file = file;
  }

  CTranslate2File read() {
    long version = unsignedInt("the version");
    require(
        version >= OLDEST && version <= NEWEST,
        "it has version " + version + ", versions " + OLDEST + " to " + NEWEST + " are read");
    String specification = text("the specification");
    long revision = unsignedInt("the revision");
    Map<String, Tensor> variables = new LinkedHashMap<>();
    for (long left = unsignedInt("the number of variables"); left > 0; left--) {
      String name = text("the name of a variable");
      add(variables, name, variable(name));
    }
    Map<String, Tensor> all = new LinkedHashMap<>(variables);
    for (long left = unsignedInt("the number of aliases"); left > 0; left--) {
      String alias = text("an alias");
      String name = text("what an alias stands for");
      Tensor tensor = variables.get(name);
      if (tensor == null) {
        throw refused("'" + alias + "' stands for '" + name + "', which is not there");
      }
      add(all, alias, tensor);
    }
    require(at == file.byteSize(), "it goes on behind its last alias");
    return new CTranslate2File(path, specification, revision, all);
  }

  private void add(Map<String, Tensor> variables, String name, Tensor tensor) {
    require(variables.putIfAbsent(name, tensor) == null, "it has two variables '" + name + "'");
  }

  private Tensor variable(String name) {
    int axes = unsignedByte(name);
    require(
        axes <= MOST_AXES,
        "'" + name + "' has " + axes + " axes, at most " + MOST_AXES + " are read");
    long[] sizes = new long[axes];
    for (int axis = 0; axis < axes; axis++) {
      sizes[axis] = unsignedInt(name);
    }
    int code = unsignedByte(name);
    require(
        code < TYPES.size(),
        "'" + name + "' has a type " + code + ", types 0 to " + (TYPES.size() - 1) + " are known");
    DataType type = TYPES.get(code);
    long bytes = unsignedInt(name);
    long needed = needed(name, type, sizes);
    require(
        bytes == needed,
        "'"
            + name
            + "' of "
            + type.text()
            + Arrays.toString(sizes)
            + " needs "
            + needed
            + " bytes and says "
            + bytes);
    return Tensor.of(
        type, sizes, file.asSlice(take("the content of '" + name + "'", bytes), bytes));
  }

  private long needed(String name, DataType type, long... sizes) {
    long bytes = type.bits() / Byte.SIZE;
    for (long size : sizes) {
      require(
          size == 0 || bytes <= file.byteSize() / size,
          "'"
              + name
              + "' cannot have the sizes "
              + Arrays.toString(sizes)
              + " in a file of "
              + file.byteSize()
              + " bytes");
      bytes *= size;
    }
    return bytes;
  }

  private String text(String what) {
    long start = take(what, Short.BYTES);
    int length = Short.toUnsignedInt(file.get(Tensor.I16, start));
    require(
        length >= 1 && length <= LONGEST_NAME,
        what + " would have " + length + " bytes, from 1 to " + LONGEST_NAME + " are read");
    long begin = take(what, length);
    byte[] bytes = file.asSlice(begin, length - 1L).toArray(ValueLayout.JAVA_BYTE);
    for (byte each : bytes) {
      require(each > ' ' && each < 127, what + " has a character that no name has");
    }
    require(
        file.get(ValueLayout.JAVA_BYTE, begin + length - 1) == 0, what + " ends without a zero");
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private long unsignedInt(String what) {
    return Integer.toUnsignedLong(file.get(Tensor.I32, take(what, Integer.BYTES)));
  }

  private int unsignedByte(String what) {
    return Byte.toUnsignedInt(file.get(ValueLayout.JAVA_BYTE, take(what, 1)));
  }

  /** Where the next bytes begin, which are passed. */
  private long take(String what, long bytes) {
    require(
        bytes <= file.byteSize() - at,
        what + " needs " + bytes + " bytes of the " + (file.byteSize() - at) + " that are left");
    long start = at;
    at += bytes;
    return start;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw refused(otherwise);
    }
  }

  private DemitasseException refused(String why) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "%s is no whole model of CTranslate2: %s (at byte %d). Download or convert it again.",
            path,
            why,
            at));
  }
}
