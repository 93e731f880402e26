package io.demitasse.ir;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The dimensions of a tensor, outermost first; a scalar has none. */
public record Shape(List<Dim> dims) {

  public Shape {
    dims = List.copyOf(dims);
  }

  public static Shape of(long... sizes) {
    return new Shape(LongStream.of(sizes).mapToObj(Dim::of).toList());
  }

  public int rank() {
    return dims.size();
  }

  public Dim dim(int axis) {
    return dims.get(axis < 0 ? axis + rank() : axis);
  }

  /** Whether every dimension is a number. */
  public boolean isFixed() {
    return dims.stream().allMatch(Dim.Fixed.class::isInstance);
  }

  /**
   * The sizes of a fixed shape.
   *
   * @throws IllegalStateException when a dimension is named or unknown
   */
  public long[] sizes() {
    return dims.stream()
        .mapToLong(
            dim -> {
              if (dim instanceof Dim.Fixed(long size)) {
                return size;
              }
              throw new IllegalStateException("shape " + this + " is not fixed");
            })
        .toArray();
  }

  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]"));
  }
}
