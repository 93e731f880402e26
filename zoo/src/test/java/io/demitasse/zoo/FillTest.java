package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weights begin as their papers say. */
final class FillTest {
  private static final long SEED = 3;

  private static double[] numbers(Fill fill, long... sizes) {
    return fill.make(sizes, SEED).toDoubles();
  }

  private static double deviation(double... numbers) {
    double mean = Arrays.stream(numbers).average().orElseThrow();
    double square =
        Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    return Math.sqrt(square);
  }

  private static double largest(double... numbers) {
    return Arrays.stream(numbers).map(Math::abs).max().orElseThrow();
  }

  @Test
  void heKeepsTheVarianceOfWhatIsCut() {
    double expected = Math.sqrt(2 / (16 * 9.0));

    assertThat(deviation(numbers(Fill.he(), 64, 16, 3, 3))).isCloseTo(expected, within(0.005));
    assertThat(deviation(numbers(Fill.he(), 144, 64))).isCloseTo(expected, within(0.005));
  }

  @Test
  void glorotIsUniformByBothSides() {
    double limit = Math.sqrt(6 / (100 + 50.0));
    double[] numbers = numbers(Fill.glorot(), 100, 50);

    assertThat(largest(numbers)).isLessThanOrEqualTo(limit).isGreaterThan(0.99 * limit);
    assertThat(deviation(numbers)).isCloseTo(limit / Math.sqrt(3), within(0.005));
  }

  @Test
  void truncatedNumbersStayWithinTwoDeviations() {
    assertThat(largest(numbers(Fill.truncatedNormal(0.02), 100, 100)))
        .isLessThanOrEqualTo(0.04)
        .isGreaterThan(0.039);
    assertThat(largest(numbers(Fill.normal(0.02), 100, 100))).isGreaterThan(0.04);
  }

  /** The numbers of the seed must never change, or models that were made are not made again. */
  @Test
  void numbersAreThoseOfJavasRandom() {
    Random random = new Random(SEED);

    for (double number : numbers(Fill.normal(2), 10)) {
      assertThat(number).isCloseTo(2 * random.nextGaussian(), within(1e-6));
    }
  }

  @Test
  void aLargeTensorIsNotMadeBeforeItIsAskedFor() {
    Tensor tensor = Fill.normal(1).make(new long[] {1 << 20, 1 << 20}, SEED);

    assertThat(tensor.byteSize()).isEqualTo(1L << 42);
    assertThat(tensor.computation()).isNotNull();
  }
}
