package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.InferredShapes.Cause;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a tensor before anything runs.
 *
 * @param sizes one number an axis; {@link #OPEN} where the size is not known
 * @param numbers the elements of a small tensor, row by row, NaN where one is not known; null when
 *     none is. Whole numbers beyond 2^53 are rounded.
 */
public record TensorFacts(DataType dataType, long[] sizes, double @Nullable [] numbers) {
  /** A size that is not known. */
  public static final long OPEN = -1;

  /** Larger tensors are not followed element by element. */
  static final int MOST_NUMBERS = 1024;

  /** No runtime takes tensors of more. */
  static final int MOST_AXES = 64;

  /** 16 TB: what is larger is a mistake, and sums of what is smaller do not overflow. */
  private static final long MOST_BYTES = 1L << 44;

  /**
   * @throws NotInferable when no tensor can have these sizes; numbers beyond {@link #MOST_NUMBERS}
   *     are dropped
   */
  public TensorFacts {
    if (!fits(dataType, sizes)) {
      throw new NotInferable("it would be a " + text(dataType, sizes), Cause.TOO_LARGE);
    }
    numbers = numbers != null && numbers.length > MOST_NUMBERS ? null : numbers;
  }

  /** Whether a tensor can have these sizes in some memory, open ones taken as 1. */
  static boolean fits(DataType type, long... sizes) {
    long most = MOST_BYTES * 8 / Math.max(1, type.bits());
    if (sizes.length > MOST_AXES) {
      return false;
    }
    for (long size : sizes) {
      if (size < OPEN) {
        return false;
      }
      if (size == 0) {
        return LongStream.of(sizes).noneMatch(each -> each < OPEN);
      }
    }
    for (long size : sizes) {
      most /= size == OPEN ? 1 : size;
    }
    return most > 0;
  }

  static TensorFacts of(DataType dataType, long... sizes) {
    return new TensorFacts(dataType, sizes, null);
  }

  /** A vector of 64-bit integers; a negative size becomes an unknown number. */
  static TensorFacts ofSizes(long[] sizes) {
    double[] numbers =
        LongStream.of(sizes).mapToDouble(size -> size == OPEN ? Double.NaN : size).toArray();
    return new TensorFacts(DataType.INT64, new long[] {sizes.length}, numbers);
  }

  static TensorFacts of(Tensor tensor) {
    DataType type = tensor.dataType();
    boolean readable = type != DataType.STRING && type.bits() >= 8 && !isComplex(type);
    boolean small = tensor.elementCount() <= MOST_NUMBERS && tensor.computation() == null;
    return new TensorFacts(type, tensor.sizes(), small && readable ? numbers(tensor) : null);
  }

  private static double[] numbers(Tensor tensor) {
    if (tensor.dataType().isFloatingPoint()) {
      return tensor.toDoubles();
    }
    double[] numbers = Arrays.stream(tensor.toLongs()).asDoubleStream().toArray();
    return tensor.dataType() == DataType.UINT64
        ? Arrays.stream(numbers).map(number -> number < 0 ? Double.NaN : number).toArray()
        : numbers;
  }

  static TensorFacts of(DataType dataType, Shape shape) {
    return of(dataType, sizes(shape));
  }

  /** Sizes as a file declares them. */
  static long[] sizes(Shape shape) {
    return shape.dims().stream()
        .mapToLong(d -> d instanceof Dim.Fixed(long size) ? size : OPEN)
        .toArray();
  }

  private static boolean isComplex(DataType type) {
    return type == DataType.COMPLEX64 || type == DataType.COMPLEX128;
  }

  public int rank() {
    return sizes.length;
  }

  /** Whether every size is known. */
  public boolean isFixed() {
    return LongStream.of(sizes).allMatch(size -> size != OPEN);
  }

  /** How many elements there are, or {@link #OPEN}. */
  public long elementCount() {
    return Sizes.product(sizes);
  }

  /** Bytes of the elements, or {@link #OPEN}. */
  public long bytes() {
    long count = elementCount();
    return count == OPEN ? OPEN : dataType.bytes(count);
  }

  TensorFacts withSizes(long... newSizes) {
    return of(dataType, newSizes);
  }

  TensorFacts withType(DataType type) {
    return new TensorFacts(type, sizes, numbers);
  }

  /** The same elements under other sizes. */
  TensorFacts viewedAs(long... newSizes) {
    return new TensorFacts(dataType, newSizes, numbers);
  }

  TensorFacts withNumbers(double @Nullable [] known) {
    return new TensorFacts(dataType, sizes, known);
  }

  /**
   * The elements, or as many unknown ones where only their small number is known; null otherwise.
   */
  double @Nullable [] numbersOrUnknown() {
    long count = elementCount();
    if (numbers != null || count == OPEN || count > MOST_NUMBERS || rank() > 1) {
      return numbers;
    }
    double[] unknown = new double[(int) count];
    Arrays.fill(unknown, Double.NaN);
    return unknown;
  }

  /** What both of two possible tensors have in common; null when type or rank differ. */
  @Nullable TensorFacts or(TensorFacts other) {
    if (dataType != other.dataType || rank() != other.rank()) {
      return null;
    }
    long[] common = sizes.clone();
    for (int i = 0; i < common.length; i++) {
      common[i] = sizes[i] == other.sizes[i] ? sizes[i] : OPEN;
    }
    return of(dataType, common).withNumbers(Arrays.equals(numbers, other.numbers) ? numbers : null);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof TensorFacts other
        && dataType == other.dataType
        && Arrays.equals(sizes, other.sizes)
        && Arrays.equals(numbers, other.numbers);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return text(dataType, sizes) + (numbers == null ? "" : " " + Arrays.toString(numbers));
  }

  private static String text(DataType type, long[] sizes) {
    return LongStream.of(sizes)
        .limit(MOST_AXES)
        .mapToObj(size -> size == OPEN ? "?" : Long.toString(size))
        .collect(Collectors.joining(",", type.text() + "[", "]"));
  }
}
