package io.demitasse.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CloseTest {

  @Test
  void numbersMayBeTheToleranceTimesTheLargestExpectedApart() {
    Close close = Close.relativeToMax(1e-2);

    assertThatCode(() -> close.check("y", floats(1, 100, -50), floats(2, 99, -49)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> close.check("y", floats(1, 100), floats(1, 98)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void theToleranceRefersToWhatWasExpectedNotToWhatCame() {
    Close close = Close.relativeToMax(1e-2);

    assertThatThrownBy(() -> close.check("y", floats(1, 1), floats(1000, 1000)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("999 apart, 0.0100 allowed");
    assertThatThrownBy(() -> close.check("y", floats(0, 0), floats(0, 1e-30f)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aFailureShowsTheWorstElementAndAHistogram() {
    Tensor expected = Tensor.ofFloats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6);
    Tensor actual = Tensor.ofFloats(new long[] {2, 3}, 1, 2.25f, 3, 4, 9, Float.POSITIVE_INFINITY);

    assertThatThrownBy(() -> Close.absolute(0.125).check("y", expected, actual))
        .hasMessage(
            String.format(
                "'y': expected 6.0 at [1,2], got Infinity: Infinity apart, 0.125 allowed%n"
                    + "         3 of 6  up to 1 x the bound%n"
                    + "         1 of 6  up to 10 x the bound%n"
                    + "         1 of 6  up to 100 x the bound%n"
                    + "         1 of 6  infinite or NaN on one side%n"));
  }

  @Test
  void infinitiesAndNansMustBeTheSame() {
    Close close = Close.absolute(10);
    Tensor odd = floats(Float.NaN, Float.POSITIVE_INFINITY);

    assertThatCode(() -> close.check("y", odd, odd)).doesNotThrowAnyException();
    assertThatThrownBy(() -> close.check("y", odd, floats(0, Float.POSITIVE_INFINITY)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> close.check("y", odd, floats(Float.NaN, Float.NEGATIVE_INFINITY)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> close.check("y", floats(1, 1), floats(1, Float.NaN)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void integersMustBeEqual() {
    Tensor expected = Tensor.ofLongs(new long[] {2}, 1, 2);

    assertThatThrownBy(
            () -> Close.absolute(5).check("ids", expected, Tensor.ofLongs(new long[] {2}, 1, 3)))
        .hasMessage("'ids': the contents of int64[2] differ: expected 2 at [1], got 3");
  }

  @Test
  void typesSizesAndNamesMustAgree() {
    assertThatThrownBy(() -> Close.absolute(1).check("y", floats(1), floats(1).reshaped()))
        .hasMessage("'y': expected float[1], got float[]");
    assertThatThrownBy(
            () ->
                Close.absolute(1)
                    .check("y", floats(1), Tensor.ofNumbers(DataType.DOUBLE, new long[] {1}, 1)))
        .hasMessage("'y': expected float[1], got double[1]");
    assertThatThrownBy(
            () -> Close.absolute(1).check(Map.of("a", floats(1)), Map.of("b", floats(1))))
        .hasMessage("expected the outputs [a], got [b]");
  }

  @Test
  void aToleranceThatProvesNothingIsRefused() {
    assertThatThrownBy(() -> Close.relativeToMax(0.5))
        .hasMessage(
            "a tolerance of 0.5 of the largest number proves nothing; at most 0.01 is taken");
    assertThatThrownBy(() -> Close.absolute(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Close.absolute(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Tensor floats(float... numbers) {
    return Tensor.ofFloats(new long[] {numbers.length}, numbers);
  }
}
