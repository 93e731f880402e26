package io.demitasse.ops;

import io.demitasse.ir.Dim;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a small tensor, row by row.
 *
 * @param numbers NaN where one is not known. Whole numbers beyond 2^53 are rounded.
 * @param symbols the name of each element that is a size that varies, {@link Dim#UNKNOWN} for
 *     others; null when none is. Only integers of 32 and 64 bits have any.
 */
record Content(double[] numbers, Dim @Nullable [] symbols) {

  static Content of(double... numbers) {
    return new Content(numbers, null);
  }

  /** Elements of which some may have names. */
  static Content of(double[] numbers, Dim[] symbols) {
    boolean any = Stream.of(symbols).anyMatch(Dim.Named.class::isInstance);
    return new Content(numbers, any ? symbols : null);
  }

  /** As many elements of which nothing is known. */
  static Content unknown(int count) {
    double[] numbers = new double[count];
    Arrays.fill(numbers, Double.NaN);
    return of(numbers);
  }

  /** Sizes as elements. */
  static Content ofSizes(Dim... sizes) {
    Dim[] symbols = Sizes.open(sizes.length);
    double[] numbers = new double[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      numbers[i] = sizes[i] instanceof Dim.Fixed(long size) ? (double) size : Double.NaN;
      symbols[i] = sizes[i] instanceof Dim.Named ? sizes[i] : Dim.UNKNOWN;
    }
    return of(numbers, symbols);
  }

  int length() {
    return numbers.length;
  }

  double number(int place) {
    return numbers[place];
  }

  /** The name of an element that is a size that varies, {@link Dim#UNKNOWN} when it is none. */
  Dim symbol(int place) {
    return symbols == null ? Dim.UNKNOWN : symbols[place];
  }

  /** An element taken as a size; -1 is one that is not known. */
  Dim size(int place) {
    return Double.isNaN(numbers[place]) ? symbol(place) : Sizes.of((long) numbers[place]);
  }

  /** All elements taken as sizes. */
  Dim[] sizes() {
    Dim[] sizes = new Dim[length()];
    Arrays.setAll(sizes, this::size);
    return sizes;
  }

  /**
   * Other elements, each one of these.
   *
   * @param place where an element comes from; outside, it is unknown
   */
  Content picked(int count, IntUnaryOperator place) {
    double[] picked = new double[count];
    Dim[] names = symbols == null ? new Dim[0] : Sizes.open(count);
    for (int i = 0; i < count; i++) {
      int from = place.applyAsInt(i);
      boolean inside = from >= 0 && from < length();
      picked[i] = inside ? numbers[from] : Double.NaN;
      if (inside && symbols != null) {
        names[i] = symbols[from];
      }
    }
    return of(picked, names);
  }

  /** What becomes of known numbers; sizes that vary become unknown. */
  Content mapped(DoubleUnaryOperator operator) {
    return of(
        Arrays.stream(numbers)
            .map(number -> Double.isNaN(number) ? number : operator.applyAsDouble(number))
            .toArray());
  }

  static Content concat(List<Content> parts) {
    double[] numbers =
        parts.stream().flatMapToDouble(each -> Arrays.stream(each.numbers)).toArray();
    Dim[] symbols = new Dim[numbers.length];
    int next = 0;
    for (Content part : parts) {
      for (int i = 0; i < part.length(); i++) {
        symbols[next++] = part.symbol(i);
      }
    }
    return of(numbers, symbols);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Content other
        && Arrays.equals(numbers, other.numbers)
        && Arrays.equals(symbols, other.symbols);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(numbers);
  }

  @Override
  public String toString() {
    return IntStream.range(0, length())
        .mapToObj(
            i -> symbol(i) instanceof Dim.Named named ? named.name() : Double.toString(numbers[i]))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
