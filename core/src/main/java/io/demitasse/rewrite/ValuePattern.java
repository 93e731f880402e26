package io.demitasse.rewrite;

import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one input of a node may be. A pattern is its own capture key: hold it in a constant, use it
 * in a larger pattern, and ask the {@link Match} for it. Used twice in one pattern, it must be the
 * same value both times.
 */
public sealed interface ValuePattern
    permits NodePattern, ValuePattern.Any, ValuePattern.Constant, ValuePattern.Either {

  /** Any value. */
  final class Any implements ValuePattern {
    private Any() {}
  }

  /** A constant, held by an initializer or by a {@code Constant} node. */
  final class Constant implements ValuePattern {
    private final String expected;
    private final Predicate<Tensor> test;

    private Constant(String expected, Predicate<Tensor> test) {
      this.expected = expected;
      this.test = test;
    }

    /** What the constant should be, for reasons. */
    String expected() {
      return expected;
    }

    boolean accepts(Tensor tensor) {
      return test.test(tensor);
    }
  }

  /** The first of several patterns that leads to a match of the whole. */
  final class Either implements ValuePattern {
    private final List<ValuePattern> alternatives;

    private Either(List<ValuePattern> alternatives) {
      this.alternatives = alternatives;
    }

    List<ValuePattern> alternatives() {
      return alternatives;
    }
  }

  /** Any value. */
  static Any any() {
    return new Any();
  }

  /** Any constant. */
  static Constant constant() {
    return new Constant("a constant", _ -> true);
  }

  /** A constant that passes a test; {@code expected} completes the sentence "expected ...". */
  static Constant constant(String expected, Predicate<Tensor> test) {
    return new Constant(expected, test);
  }

  /** A real constant of one element. */
  static Constant scalar() {
    return new Constant("one number", Scalars::isScalar);
  }

  /** A real constant of one element near a value: off by at most the given fraction of it. */
  static Constant scalar(double value, double tolerance) {
    return new Constant(
        "the number " + value,
        tensor ->
            Scalars.isScalar(tensor)
                && Math.abs(Scalars.of(tensor) - value) <= tolerance * Math.abs(value));
  }

  /** Whichever of several patterns fits; all are tried, in order, until the whole matches. */
  static Either either(ValuePattern... alternatives) {
    return new Either(List.of(alternatives));
  }

  /** A value directly, or behind a node that may stand in between. */
  static Either optionally(NodePattern between, ValuePattern inner) {
    return new Either(List.of(between, inner));
  }
}
