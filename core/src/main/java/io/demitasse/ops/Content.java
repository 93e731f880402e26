package io.demitasse.ops;

import io.demitasse.ir.Dim;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a small tensor, row by row.
 *
 * @param numbers NaN where one is not known. Whole numbers beyond 2^53 are rounded.
 * @param symbols where an element is a size that varies, its name, and null elsewhere; null when
 *     none is. Only integers of 32 and 64 bits have any.
 */
record Content(double[] numbers, @Nullable Dim @Nullable [] symbols) {

  static Content of(double... numbers) {
    return new Content(numbers, null);
  }

  /** As many elements of which nothing is known. */
  static Content unknown(int count) {
    double[] numbers = new double[count];
    Arrays.fill(numbers, Double.NaN);
    return of(numbers);
  }

  /** Sizes as elements. */
  static Content ofSizes(Dim... sizes) {
    Dim[] symbols = new Dim[sizes.length];
    double[] numbers = new double[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      numbers[i] = sizes[i] instanceof Dim.Fixed(long size) ? (double) size : Double.NaN;
      symbols[i] = sizes[i] instanceof Dim.Named ? sizes[i] : null;
    }
    return of(numbers, symbols);
  }

  /** Elements of which some may have names. */
  static Content of(double[] numbers, @Nullable Dim[] symbols) {
    boolean any = Stream.of(symbols).anyMatch(symbol -> symbol != null);
    return new Content(numbers, any ? symbols : null);
  }

  int length() {
    return numbers.length;
  }

  double number(int place) {
    return numbers[place];
  }

  /** The name of an element that is a size that varies; null when it is none. */
  @Nullable Dim symbol(int place) {
    return symbols == null ? null : symbols[place];
  }

  /** An element taken as a size; -1 is one that is not known. */
  Dim size(int place) {
    Dim symbol = symbol(place);
    if (symbol != null) {
      return symbol;
    }
    return Double.isNaN(numbers[place]) ? Dim.UNKNOWN : Sizes.of((long) numbers[place]);
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
    Dim[] names = symbols == null ? null : new Dim[count];
    for (int i = 0; i < count; i++) {
      int from = place.applyAsInt(i);
      boolean inside = from >= 0 && from < length();
      picked[i] = inside ? numbers[from] : Double.NaN;
      if (names != null) {
        names[i] = inside ? symbol(from) : null;
      }
    }
    return names == null ? of(picked) : of(picked, names);
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
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length(); i++) {
      Dim symbol = symbol(i);
      text.append(i == 0 ? "" : ", ").append(symbol == null ? numbers[i] : symbol);
    }
    return "[" + text + "]";
  }
}
