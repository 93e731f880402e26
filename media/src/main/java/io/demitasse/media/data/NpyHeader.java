package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The header of a NumPy array: a Python dictionary of exactly three entries, such as {@code
 * {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }}.
 *
 * @param swapped whether elements are big-endian
 * @param columnMajor whether the first index varies fastest
 */
@SuppressWarnings("ArrayRecordComponent")
record NpyHeader(DataType dataType, boolean swapped, boolean columnMajor, long[] sizes) {
  /** The longest header that is read, in bytes; NumPy itself refuses longer ones. */
  static final int LONGEST = 10_000;

  private static final Map<String, DataType> TYPES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("f2", DataType.FLOAT16),
              Map.entry("f4", DataType.FLOAT),
              Map.entry("f8", DataType.DOUBLE),
              Map.entry("i1", DataType.INT8),
              Map.entry("i2", DataType.INT16),
              Map.entry("i4", DataType.INT32),
              Map.entry("i8", DataType.INT64),
              Map.entry("u1", DataType.UINT8),
              Map.entry("u2", DataType.UINT16),
              Map.entry("u4", DataType.UINT32),
              Map.entry("u8", DataType.UINT64),
              Map.entry("b1", DataType.BOOL)));

  /**
   * Parses a header strictly.
   *
   * @throws DemitasseException (bad request) when it is not of this form, or of a type that cannot
   *     be taken
   */
  static NpyHeader parse(String text) {
    NpyDictionary dictionary = NpyDictionary.parse(text);
    String description = dictionary.description();
    DataType type = description.length() == 3 ? TYPES.get(description.substring(1)) : null;
    if (type == null || !isOrder(description.charAt(0), type)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "is an array of '%s', expected one of %s",
              description,
              String.join(", ", TYPES.keySet())));
    }
    long[] sizes = dictionary.shape();
    boolean swapped = description.charAt(0) == '>';
    return new NpyHeader(type, swapped, dictionary.fortranOrder(), sizes);
  }

  /** Single bytes have no order, which is written as a bar. */
  private static boolean isOrder(char order, DataType type) {
    return order == '<' || order == '>' || (order == '|' && type.bits() == 8);
  }

  /** The header of a tensor, row-major and little-endian. */
  static String text(Tensor tensor) {
    String type =
        TYPES.entrySet().stream()
            .filter(entry -> entry.getValue() == tensor.dataType())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException("NumPy has no type " + tensor.dataType().text()));
    String shape =
        LongStream.of(tensor.sizes()).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
    return String.format(
        Locale.ROOT,
        "{'descr': '%s%s', 'fortran_order': False, 'shape': (%s), }",
        tensor.dataType().bits() == 8 ? "|" : "<",
        type,
        shape);
  }

  /**
   * Bytes that the elements take.
   *
   * @throws DemitasseException (bad request) when they are more than are taken
   */
  long contentBytes() {
    try {
      long bytes = dataType.bytes(Tensor.elementCount(sizes));
      if (bytes <= Npy.LARGEST) {
        return bytes;
      }
    } catch (ArithmeticException e) {
      // More than a long counts is too large as well.
    }
    throw DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "is an array of %s%s, at most %,d bytes are taken",
            dataType.text(),
            Arrays.toString(sizes),
            Npy.LARGEST));
  }

  /** The elements in the order and form of a {@link Tensor}; the array given may be changed. */
  byte[] ordered(byte[] content) {
    int width = dataType.bits() / 8;
    if (swapped) {
      swap(content, width);
    }
    return columnMajor && sizes.length > 1 ? transposed(content, width) : content;
  }

  private static void swap(byte[] content, int width) {
    for (int start = 0; start < content.length; start += width) {
      for (int i = 0; i < width / 2; i++) {
        byte low = content[start + i];
        content[start + i] = content[start + width - 1 - i];
        content[start + width - 1 - i] = low;
      }
    }
  }

  /** Walks the target in its own order, keeping the place in the source by an odometer. */
  private byte[] transposed(byte[] content, int width) {
    int rank = sizes.length;
    int[] strides = new int[rank];
    int stride = width;
    for (int axis = 0; axis < rank; axis++) {
      strides[axis] = stride;
      stride *= (int) sizes[axis];
    }
    byte[] target = new byte[content.length];
    long[] index = new long[rank];
    int source = 0;
    for (int at = 0; at < target.length; at += width) {
      System.arraycopy(content, source, target, at, width);
      int axis = rank - 1;
      source += strides[axis];
      while (++index[axis] == sizes[axis] && axis > 0) {
        source -= strides[axis] * (int) sizes[axis];
        index[axis--] = 0;
        source += strides[axis];
      }
    }
    return target;
  }
}
