package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.InferredShapes.Cause;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a tensor before anything runs: its type, its shape, and the elements of a small
 * one.
 */
public final class TensorFacts {
  /** A size that is not known. */
  public static final long OPEN = -1;

  /** Larger tensors are not followed element by element. */
  static final int MOST_NUMBERS = 1024;

  /** No runtime takes tensors of more. */
  static final int MOST_AXES = 64;

  /** 16 TB: what is larger is a mistake, and sums of what is smaller do not overflow. */
  private static final long MOST_BYTES = 1L << 44;

  private final DataType dataType;
  private final Shape shape;
  private final @Nullable Content content;

  private TensorFacts(DataType dataType, Shape shape, @Nullable Content content) {
    this.dataType = dataType;
    this.shape = shape;
    this.content = content;
  }

  /**
   * @throws NotInferable when no tensor can have these sizes
   */
  private static TensorFacts possible(DataType dataType, Shape shape, @Nullable Content content) {
    if (!fits(dataType, sizes(shape))) {
      throw new NotInferable("it would be a " + text(dataType, shape), Cause.TOO_LARGE);
    }
    return new TensorFacts(dataType, shape, content);
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
    return of(dataType, Sizes.of(sizes));
  }

  static TensorFacts of(DataType dataType, Dim[] sizes) {
    return of(dataType, new Shape(List.of(sizes)));
  }

  static TensorFacts of(DataType dataType, Shape shape) {
    return possible(dataType, shape, null);
  }

  /** A vector of sizes as 64-bit integers. */
  static TensorFacts ofSizes(Dim... sizes) {
    return of(DataType.INT64, sizes.length).with(Content.ofSizes(sizes));
  }

  static TensorFacts of(Tensor tensor) {
    DataType type = tensor.dataType();
    boolean readable = type != DataType.STRING && type.bits() >= 8 && !isComplex(type);
    boolean small = tensor.elementCount() <= MOST_NUMBERS && tensor.computation() == null;
    return of(type, tensor.shape()).withNumbers(small && readable ? numbers(tensor) : null);
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

  /** Sizes as a file declares them, {@link #OPEN} where they are not fixed. */
  static long[] sizes(Shape shape) {
    long[] sizes = new long[shape.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Sizes.number(shape.dims().get(i));
    }
    return sizes;
  }

  private static boolean isComplex(DataType type) {
    return type == DataType.COMPLEX64 || type == DataType.COMPLEX128;
  }

  public DataType dataType() {
    return dataType;
  }

  /**
   * The dimensions, none of them unknown in what was inferred: of a size that varies, or of which
   * no number is known, there is a name.
   */
  public Shape shape() {
    return shape;
  }

  /** One number an axis; {@link #OPEN} where there is none. */
  public long[] sizes() {
    return sizes(shape);
  }

  /**
   * The elements of a small tensor, row by row, NaN where one is not known; null when none is.
   * Whole numbers beyond 2^53 are rounded.
   */
  public double @Nullable [] numbers() {
    return content == null ? null : content.numbers();
  }

  @Nullable Content content() {
    return content;
  }

  public int rank() {
    return shape.rank();
  }

  /** Whether every size is a number. */
  public boolean isFixed() {
    for (Dim dim : shape.dims()) {
      if (!Sizes.isFixed(dim)) {
        return false;
      }
    }
    return true;
  }

  Dim[] dims() {
    return shape.dims().toArray(Dim[]::new);
  }

  Dim dim(int axis) {
    return shape.dim(axis);
  }

  /** How many elements there are, or {@link #OPEN}. */
  public long elementCount() {
    return Sizes.number(Sizes.product(dims()));
  }

  /** Bytes of the elements, or {@link #OPEN}. */
  public long bytes() {
    long count = elementCount();
    return count == OPEN ? OPEN : dataType.bytes(count);
  }

  TensorFacts withSizes(Dim... newSizes) {
    return of(dataType, newSizes);
  }

  TensorFacts withType(DataType type) {
    return possible(type, shape, content);
  }

  /** The same elements under other sizes. */
  TensorFacts viewedAs(Dim... newSizes) {
    return viewedAs(new Shape(List.of(newSizes)));
  }

  TensorFacts viewedAs(Shape newShape) {
    return possible(dataType, newShape, content);
  }

  /** These elements; more than {@link #MOST_NUMBERS} are dropped. */
  TensorFacts with(@Nullable Content known) {
    boolean small = known != null && known.length() <= MOST_NUMBERS;
    return new TensorFacts(dataType, shape, small ? known : null);
  }

  TensorFacts withNumbers(double @Nullable [] known) {
    return with(known == null ? null : Content.of(known));
  }

  /**
   * The elements, or as many unknown ones where only their small number is known; null otherwise.
   */
  @Nullable Content contentOrUnknown() {
    long count = elementCount();
    return content != null || count == OPEN || count > MOST_NUMBERS || rank() > 1
        ? content
        : Content.unknown((int) count);
  }

  /** What both of two possible tensors have in common; null when type or rank differ. */
  @Nullable TensorFacts or(TensorFacts other) {
    if (dataType != other.dataType || rank() != other.rank()) {
      return null;
    }
    List<Dim> common = new ArrayList<>(shape.dims());
    for (int i = 0; i < common.size(); i++) {
      if (!dim(i).equals(other.dim(i))) {
        common.set(i, Dim.UNKNOWN);
      }
    }
    return of(dataType, new Shape(common))
        .with(Objects.equals(content, other.content) ? content : null);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof TensorFacts other
        && dataType == other.dataType
        && shape.equals(other.shape)
        && Objects.equals(content, other.content);
  }

  @Override
  public int hashCode() {
    return shape.hashCode();
  }

  @Override
  public String toString() {
    return text(dataType, shape) + (content == null ? "" : " " + content);
  }

  private static String text(DataType type, Shape shape) {
    return LongStream.of(sizes(shape))
        .limit(MOST_AXES)
        .mapToObj(size -> size == OPEN ? "?" : Long.toString(size))
        .collect(Collectors.joining(",", type.text() + "[", "]"));
  }
}
