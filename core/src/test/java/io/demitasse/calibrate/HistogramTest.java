package io.demitasse.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {

  private static Histogram of(float... values) {
    Histogram histogram = new Histogram();
    histogram.add(values);
    return histogram;
  }

  private static void assertSame(Histogram actual, Histogram expected) {
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(actual.start()).isEqualTo(expected.start());
    assertThat(actual.counts()).isEqualTo(expected.counts());
    assertThat(actual.min()).isEqualTo(expected.min());
    assertThat(actual.max()).isEqualTo(expected.max());
    assertThat(actual.total()).isEqualTo(expected.total());
  }

  private static float[] gaussians(long seed, int count, float scale) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * scale;
    }
    return values;
  }

  @Test
  void binsAreAsWideAsTheLeastPowerOfTwoThatIsEnough() {
    Histogram histogram = of(0, 4095, 1.5f, 1.75f);
    assertThat(histogram.width()).isEqualTo(1);
    assertThat(histogram.start()).isEqualTo(0);
    assertThat(histogram.counts()).hasSize(4096).startsWith(1, 2, 0).endsWith(0, 1);
    histogram.add(4096);
    assertThat(histogram.width()).isEqualTo(2);
    assertThat(histogram.counts()).hasSize(2049).startsWith(3, 0).endsWith(0, 1, 1);
  }

  @Test
  void negativeNumbersLieInTheBinBelow() {
    Histogram histogram = of(-1, -.25f, 0, .25f, 1022.9f);
    assertThat(histogram.width()).isEqualTo(.25);
    assertThat(histogram.start()).isEqualTo(-1);
    assertThat(histogram.counts()).startsWith(1, 0, 0, 1, 1, 1);
  }

  @Test
  void aRangeThatGrowsBothWaysLosesNothing() {
    Histogram histogram = of(.1f, .2f);
    histogram.add(-3000, .15f);
    histogram.add(5000);
    assertSame(histogram, of(5000, -3000, .2f, .15f, .1f));
    assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(5);
  }

  @Test
  void zerosAloneAndThenLargeNumbers() {
    Histogram histogram = of(0, 0, 0);
    assertThat(histogram.counts()).containsExactly(3);
    histogram.add(1e30f, -Float.MIN_VALUE);
    assertSame(histogram, of(-Float.MIN_VALUE, 0, 0, 0, 1e30f));
    assertThat(histogram.counts()).startsWith(1, 3);
  }

  @Test
  void theWholeReachOfFloatsFits() {
    Histogram histogram = of(-Float.MAX_VALUE, Float.MAX_VALUE, Float.MIN_VALUE);
    assertThat(histogram.isFinite()).isTrue();
    assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4095, 4096, 4097, 100_001})
  void neitherOrderNorPortionsMatter(int count) {
    float[] values = gaussians(count, count, 3);
    values[count / 2] = -100;
    float[] shuffled = values.clone();
    for (int i = 0; i < count; i++) {
      shuffled[i] = values[count - 1 - i];
    }
    Histogram portions = new Histogram();
    for (int from = 0; from < count; from += 1000) {
      portions.add(Arrays.copyOfRange(values, from, Math.min(count, from + 1000)));
    }
    assertSame(portions, of(values));
    assertSame(of(shuffled), of(values));
  }

  @Test
  void theSumOfTwoIsTheHistogramOfBoth() {
    float[] one = gaussians(1, 5000, .01f);
    float[] other = gaussians(2, 5000, 70);
    float[] both = Arrays.copyOf(one, 10_000);
    System.arraycopy(other, 0, both, 5000, 5000);
    Histogram narrow = of(one);
    narrow.add(of(other));
    Histogram wide = of(other);
    wide.add(of(one));
    wide.add(new Histogram());
    assertSame(narrow, of(both));
    assertSame(wide, of(both));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatIsNotFiniteSpoilsIt(float spoiler) {
    Histogram histogram = of(1, 2, spoiler, 3);
    histogram.add(4);
    assertThat(histogram.isFinite()).isFalse();
    assertThat(histogram.counts()).isEmpty();
    Histogram sum = of(1);
    sum.add(histogram);
    assertThat(sum.isFinite()).isFalse();
  }

  @Test
  void nothingSeenIsNotFinite() {
    assertThat(new Histogram().isFinite()).isFalse();
    assertThat(of().counts()).isEmpty();
  }

  @Test
  void tensorsOfHalfPrecisionCount() {
    Histogram histogram = new Histogram();
    histogram.add(Tensor.ofNumbers(DataType.FLOAT16, new long[] {3}, -.5, .25, .5));
    assertSame(histogram, of(-.5f, .25f, .5f));
  }
}
