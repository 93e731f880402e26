package io.demitasse.testkit;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Compares tensors with a tolerance that is always given and always refers to what was expected.
 * Infinities and NaNs must be the same; so must everything that is no real number.
 */
public final class Close {
  /** A relative tolerance beyond this would pass nearly anything. */
  private static final double LOOSEST = 1e-2;

  private static final double[] DECADES = {1, 10, 100, 1000};

  private final double tolerance;
  private final boolean relative;

  private Close(double tolerance, boolean relative) {
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException("a tolerance is a number of at least 0, got " + tolerance);
    }
    this.tolerance = tolerance;
    this.relative = relative;
  }

  /**
   * Numbers may be {@code tolerance} times the largest finite magnitude of the expected tensor
   * apart.
   *
   * @param tolerance at most 0.01
   */
  public static Close relativeToMax(double tolerance) {
    if (tolerance > LOOSEST) {
      throw new IllegalArgumentException(
          "a tolerance of "
              + tolerance
              + " of the largest number proves nothing; at most "
              + LOOSEST
              + " is taken");
    }
    return new Close(tolerance, true);
  }

  /** Numbers may be this far apart: a bound that follows from a method. */
  public static Close absolute(double tolerance) {
    return new Close(tolerance, false);
  }

  /** Compares outputs by name. */
  public void check(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    if (!expected.keySet().equals(actual.keySet())) {
      throw new AssertionError(
          "expected the outputs " + expected.keySet() + ", got " + actual.keySet());
    }
    for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
      check(entry.getKey(), entry.getValue(), Objects.requireNonNull(actual.get(entry.getKey())));
    }
  }

  /**
   * Compares two tensors.
   *
   * @throws AssertionError with the worst element, both its values and a histogram of the errors
   */
  public void check(String name, Tensor expected, Tensor actual) {
    if (expected.dataType() != actual.dataType()
        || !Arrays.equals(expected.sizes(), actual.sizes())) {
      throw new AssertionError("'" + name + "': expected " + expected + ", got " + actual);
    }
    if (!expected.dataType().isFloatingPoint()) {
      if (!expected.contentEquals(actual)) {
        throw new AssertionError(
            "'"
                + name
                + "': the contents of "
                + expected
                + " differ"
                + firstDifference(expected, actual));
      }
      return;
    }
    numbers(name, expected.toDoubles(), actual.toDoubles(), expected.sizes());
  }

  private void numbers(String name, double[] expected, double[] actual, long[] sizes) {
    double bound = relative ? tolerance * largest(expected) : tolerance;
    double[] errors = new double[expected.length];
    int worst = -1;
    for (int i = 0; i < errors.length; i++) {
      errors[i] = error(expected[i], actual[i]);
      if (errors[i] > bound && (worst < 0 || errors[i] > errors[worst])) {
        worst = i;
      }
    }
    if (worst >= 0) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "'%s': expected %s at %s, got %s: %.3g apart, %.3g allowed%n%s",
              name,
              expected[worst],
              place(worst, sizes),
              actual[worst],
              errors[worst],
              bound,
              histogram(errors, bound)));
    }
  }

  private static double error(double expected, double actual) {
    if (Double.compare(expected, actual) == 0) {
      return 0;
    }
    double error = Math.abs(expected - actual);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static double largest(double[] numbers) {
    return Arrays.stream(numbers).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  /** How many elements are within the bound, within ten times the bound, and so on. */
  private static String histogram(double[] errors, double bound) {
    StringBuilder lines = new StringBuilder();
    double low = -1;
    for (double decade : DECADES) {
      lines.append(line(errors, low, decade * bound, "up to " + (int) decade + " x the bound"));
      low = decade * bound;
    }
    lines.append(line(errors, low, Double.MAX_VALUE, "more"));
    return lines
        .append(
            line(errors, Double.MAX_VALUE, Double.POSITIVE_INFINITY, "infinite or NaN on one side"))
        .toString();
  }

  private static String line(double[] errors, double above, double upTo, String label) {
    long count = Arrays.stream(errors).filter(error -> error > above && error <= upTo).count();
    return count == 0
        ? ""
        : String.format(Locale.ROOT, "%10d of %d  %s%n", count, errors.length, label);
  }

  private static String place(int flat, long[] sizes) {
    long[] indices = new long[sizes.length];
    long rest = flat;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      indices[axis] = rest % sizes[axis];
      rest /= sizes[axis];
    }
    return Arrays.stream(indices)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String firstDifference(Tensor expected, Tensor actual) {
    DataType type = expected.dataType();
    if (type == DataType.STRING || type == DataType.COMPLEX64 || type == DataType.COMPLEX128) {
      return "";
    }
    long[] wanted = expected.toLongs();
    long[] found = actual.toLongs();
    int first = Arrays.mismatch(wanted, found);
    return first < 0
        ? ""
        : ": expected "
            + wanted[first]
            + " at "
            + place(first, expected.sizes())
            + ", got "
            + found[first];
  }
}
