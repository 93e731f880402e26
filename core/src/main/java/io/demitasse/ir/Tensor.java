package io.demitasse.ir;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable dense tensor: data type, sizes and content, row-major and little-endian as ONNX
 * stores it.
 *
 * <p>The content lies on the heap, in a mapped file, or is {@linkplain #deferred deferred}.
 * Segments handed out are read-only and stay valid as long as they are reachable.
 */
public final class Tensor {
  private static final long KEPT_BYTES = 1 << 16;

  /** Little-endian layouts without alignment, for content at any offset of a file. */
  public static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final DataType dataType;
  private final long[] sizes;
  private final Content content;

  private sealed interface Content {}

  private record Stored(MemorySegment segment) implements Content {}

  private record Text(List<byte[]> elements) implements Content {}

  private record Promised(Deferral deferral, int index) implements Content {}

  /** The tensors of one computation, which remember a small result and recompute a large one. */
  private static final class Deferral {
    private final Computation computation;
    private WeakReference<@Nullable List<MemorySegment>> recent = new WeakReference<>(null);
    private @Nullable List<MemorySegment> kept;

    Deferral(Computation computation) {
      this.computation = computation;
    }

    synchronized List<MemorySegment> compute() {
      List<MemorySegment> known = kept != null ? kept : recent.get();
      if (known != null) {
        return known;
      }
      Arena arena = Arena.ofAuto();
      List<MemorySegment> results =
          computation.results().stream().map(result -> arena.allocate(result.bytes(), 64)).toList();
      computation.compute(results);
      long total = results.stream().mapToLong(MemorySegment::byteSize).sum();
      if (total <= KEPT_BYTES) {
        kept = results;
      }
      recent = new WeakReference<>(results);
      return results;
    }
  }

  private Tensor(DataType dataType, long[] sizes, Content content) {
    this.dataType = dataType;
    this.sizes = sizes.clone();
    this.content = content;
  }

  /**
   * A tensor over existing bytes, which are not copied and must not change any more.
   *
   * @throws IllegalArgumentException when the segment's length is not what type and sizes need,
   *     giving both
   */
  public static Tensor of(DataType dataType, long[] sizes, MemorySegment bytes) {
    if (dataType == DataType.STRING) {
      throw new IllegalArgumentException("a string tensor is made by ofStrings");
    }
    long expected = dataType.bytes(elementCount(sizes));
    if (bytes.byteSize() != expected) {
      throw new IllegalArgumentException(
          "tensor "
              + dataType.text()
              + Arrays.toString(sizes)
              + " needs "
              + expected
              + " bytes, got "
              + bytes.byteSize());
    }
    return new Tensor(dataType, sizes, new Stored(bytes.asReadOnly()));
  }

  public static Tensor ofFloats(long[] sizes, float... values) {
    MemorySegment bytes = heap(4L * values.length);
    for (int i = 0; i < values.length; i++) {
      bytes.setAtIndex(F32, i, values[i]);
    }
    return of(DataType.FLOAT, sizes, bytes);
  }

  public static Tensor ofLongs(long[] sizes, long... values) {
    MemorySegment bytes = heap(8L * values.length);
    for (int i = 0; i < values.length; i++) {
      bytes.setAtIndex(I64, i, values[i]);
    }
    return of(DataType.INT64, sizes, bytes);
  }

  public static Tensor ofInts(long[] sizes, int... values) {
    MemorySegment bytes = heap(4L * values.length);
    for (int i = 0; i < values.length; i++) {
      bytes.setAtIndex(I32, i, values[i]);
    }
    return of(DataType.INT32, sizes, bytes);
  }

  /** A tensor of an 8-bit type from its bytes, which are copied. */
  public static Tensor ofBytes(DataType dataType, long[] sizes, byte... values) {
    return of(dataType, sizes, MemorySegment.ofArray(values.clone()));
  }

  /**
   * A tensor of any real, integer or boolean type, each number rounded to it.
   *
   * @throws IllegalArgumentException when numbers cannot be stored in the type, or there are more
   *     or fewer than the sizes need
   */
  public static Tensor ofNumbers(DataType dataType, long[] sizes, double... values) {
    MemorySegment bytes = heap(dataType.bytes(values.length));
    for (int i = 0; i < values.length; i++) {
      Elements.put(dataType, bytes, i, values[i]);
    }
    return of(dataType, sizes, bytes);
  }

  /** A float with no dimensions. */
  public static Tensor scalar(float value) {
    return ofFloats(new long[0], value);
  }

  /** A 64-bit integer with no dimensions. */
  public static Tensor scalar(long value) {
    return ofLongs(new long[0], value);
  }

  /** A string tensor; the arrays are not copied. */
  public static Tensor ofStrings(long[] sizes, List<byte[]> elements) {
    if (elements.size() != elementCount(sizes)) {
      throw new IllegalArgumentException(
          "string tensor "
              + Arrays.toString(sizes)
              + " needs "
              + elementCount(sizes)
              + " elements, got "
              + elements.size());
    }
    return new Tensor(DataType.STRING, sizes, new Text(List.copyOf(elements)));
  }

  /**
   * One tensor for each result of a computation, which runs when their content is first asked for.
   */
  public static List<Tensor> deferred(Computation computation) {
    Deferral deferral = new Deferral(computation);
    List<Tensor> tensors = new ArrayList<>();
    for (Computation.Result result : computation.results()) {
      long[] sizes = result.sizes().stream().mapToLong(Long::longValue).toArray();
      tensors.add(new Tensor(result.dataType(), sizes, new Promised(deferral, tensors.size())));
    }
    return List.copyOf(tensors);
  }

  public DataType dataType() {
    return dataType;
  }

  public long[] sizes() {
    return sizes.clone();
  }

  public int rank() {
    return sizes.length;
  }

  /** The size along an axis; a negative axis counts from the last. */
  public long size(int axis) {
    return sizes[axis < 0 ? axis + sizes.length : axis];
  }

  public long elementCount() {
    return elementCount(sizes);
  }

  /** Bytes of the content; for strings, of all elements together. */
  public long byteSize() {
    return content instanceof Text(List<byte[]> elements)
        ? elements.stream().mapToLong(element -> element.length).sum()
        : dataType.bytes(elementCount());
  }

  public Shape shape() {
    return Shape.of(sizes);
  }

  public ValueType.OfTensor type() {
    return new ValueType.OfTensor(dataType, shape());
  }

  /** The computation behind a deferred tensor, or null when the content is there. */
  public @Nullable Computation computation() {
    return content instanceof Promised(Deferral deferral, int _) ? deferral.computation : null;
  }

  /** Which result of {@link #computation()} this tensor is; 0 when the content is there. */
  public int resultIndex() {
    return content instanceof Promised(Deferral _, int index) ? index : 0;
  }

  /**
   * The content, read-only; a deferred tensor is computed first.
   *
   * @throws IllegalStateException for a string tensor, which has no fixed-width form
   */
  public MemorySegment bytes() {
    return switch (content) {
      case Stored(MemorySegment segment) -> segment;
      case Promised(Deferral deferral, int index) -> deferral.compute().get(index).asReadOnly();
      case Text _ -> throw new IllegalStateException("a string tensor has no byte form");
    };
  }

  /**
   * The elements of a string tensor.
   *
   * @throws IllegalStateException for any other type
   */
  public List<byte[]> strings() {
    if (content instanceof Text(List<byte[]> elements)) {
      return elements;
    }
    throw new IllegalStateException("a " + dataType.text() + " tensor holds no strings");
  }

  /**
   * All elements as floats, converted from any real type, packed ones included.
   *
   * @throws IllegalStateException for strings and complex numbers
   */
  public float[] toFloats() {
    return toFloats(0, Math.toIntExact(elementCount()));
  }

  /**
   * Some elements as floats, as {@link #toFloats()} gives all: for tensors that are read piece by
   * piece.
   *
   * @param from the first, in row-major order
   */
  public float[] toFloats(long from, int count) {
    MemorySegment bytes = bytes();
    float[] values = new float[count];
    if (dataType == DataType.FLOAT) {
      MemorySegment.copy(bytes, F32, from * Float.BYTES, values, 0, count);
      return values;
    }
    for (int i = 0; i < count; i++) {
      values[i] = (float) Elements.real(dataType, bytes, from + i);
    }
    return values;
  }

  /**
   * All elements as doubles, converted from any real type, packed ones included.
   *
   * @throws IllegalStateException for strings and complex numbers
   */
  public double[] toDoubles() {
    MemorySegment bytes = bytes();
    double[] values = new double[Math.toIntExact(elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = Elements.real(dataType, bytes, i);
    }
    return values;
  }

  /**
   * All elements of an integer or boolean tensor.
   *
   * @throws IllegalStateException for other types
   */
  public long[] toLongs() {
    return toLongs(0, Math.toIntExact(elementCount()));
  }

  /** Some elements, as {@link #toLongs()} gives all; {@code from} is in row-major order. */
  public long[] toLongs(long from, int count) {
    MemorySegment bytes = bytes();
    return LongStream.range(from, from + count)
        .map(i -> Elements.integer(dataType, bytes, i))
        .toArray();
  }

  /** The same content under other sizes of the same product. */
  public Tensor reshaped(long... newSizes) {
    if (elementCount(newSizes) != elementCount()) {
      throw new IllegalArgumentException(
          "cannot view " + Arrays.toString(sizes) + " as " + Arrays.toString(newSizes));
    }
    return new Tensor(dataType, newSizes, content);
  }

  /** Whether type, sizes and every bit of the content are equal. */
  public boolean contentEquals(Tensor other) {
    if (this == other) {
      return true;
    }
    if (dataType != other.dataType || !Arrays.equals(sizes, other.sizes)) {
      return false;
    }
    if (dataType == DataType.STRING) {
      List<byte[]> mine = strings();
      List<byte[]> others = other.strings();
      return IntStream.range(0, mine.size())
          .allMatch(i -> Arrays.equals(mine.get(i), others.get(i)));
    }
    return bytes().mismatch(other.bytes()) < 0;
  }

  @Override
  public String toString() {
    return dataType.text()
        + LongStream.of(sizes).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
  }

  private static MemorySegment heap(long bytes) {
    return MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
  }

  /** The number of elements that sizes stand for. */
  public static long elementCount(long[] sizes) {
    for (long size : sizes) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "a tensor has no negative sizes: " + Arrays.toString(sizes));
      }
    }
    // Sizes beside a zero may be larger than any product.
    return LongStream.of(sizes).anyMatch(size -> size == 0)
        ? 0
        : LongStream.of(sizes).reduce(1, Math::multiplyExact);
  }
}
