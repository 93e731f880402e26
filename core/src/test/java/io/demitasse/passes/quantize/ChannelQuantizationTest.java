package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Tensor;
import io.demitasse.ops.Finiteness;
import io.demitasse.passes.quantize.ChannelQuantization.Layout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelQuantizationTest {
  private static final LinearQuantizer SYMMETRIC = LinearQuantizer.forWeights(true, false);
  private static final LinearQuantizer ASYMMETRIC = LinearQuantizer.forWeights(false, false);

  private static Tensor random(long... sizes) {
    Random random = new Random(5);
    float[] values = new float[(int) java.util.Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() + .3) * (1 + i % 7);
    }
    return Tensor.ofFloats(sizes, values);
  }

  /**
   * The greatest difference between a number and what its integer stands for, in steps of its own
   * channel.
   */
  private static double worstError(Tensor source, LinearQuantizer quantizer, Layout layout) {
    List<Tensor> results = Tensor.deferred(new ChannelQuantization(source, quantizer, layout));
    float[] values = source.toFloats();
    long[] integers = results.get(0).toLongs();
    float[] scales = results.get(1).toFloats();
    long inner = 1;
    for (int i = layout.axis() + 1; i < source.rank(); i++) {
      inner *= source.size(i);
    }
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      int channel = (int) (i / inner % source.size(layout.axis()));
      int stored = layout.oneScale() ? 0 : channel;
      int place = layout.transposed() ? (int) (i % inner * source.size(0) + channel) : i;
      long zero = quantizer.symmetric() ? 0 : results.get(2).toLongs()[stored];
      double back = (double) scales[stored] * (integers[place] - zero);
      worst = Math.max(worst, Math.abs(values[i] - back) / scales[stored]);
    }
    return worst;
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2"})
  void everyNumberIsWithinHalfAStepOfItsChannel(int axis) {
    Tensor source = random(5, 70, 9);
    for (LinearQuantizer quantizer :
        List.of(SYMMETRIC, ASYMMETRIC, LinearQuantizer.forWeights(true, true))) {
      assertThat(worstError(source, quantizer, Layout.along(axis, false, source)))
          .isBetween(.4, .5001);
      assertThat(worstError(source, quantizer, Layout.along(axis, true, source)))
          .isBetween(.4, .5001);
    }
  }

  @Test
  void aTransposedMatrixHasTheSameIntegersElsewhere() {
    Tensor source = random(150, 2100);
    Layout rows = Layout.along(0, false, source);
    assertThat(worstError(source, SYMMETRIC, rows.transpose())).isBetween(.4, .5001);
    Tensor integers =
        Tensor.deferred(new ChannelQuantization(source, SYMMETRIC, rows.transpose())).getFirst();
    assertThat(integers).hasToString("int8[2100,150]");
  }

  @Test
  void runsLongerThanABlockAreQuantizedWhole() {
    Tensor source = random(2, 70_000);
    assertThat(worstError(source, SYMMETRIC, Layout.rows(source))).isBetween(.4, .5001);
  }

  @Test
  void symmetricIntegersNeverReachTheLeastByteAndEachChannelUsesItsOwnRange() {
    Tensor source = Tensor.ofFloats(new long[] {2, 3}, -1, .5f, 0, 100, -200, 30);
    List<Tensor> results =
        Tensor.deferred(new ChannelQuantization(source, SYMMETRIC, Layout.rows(source)));
    assertThat(results.get(0).toLongs()).containsExactly(-127, 64, 0, 64, -127, 19);
    assertThat(results.get(1).toFloats()).containsExactly(1f / 127, 200f / 127);
    assertThat(results.get(1).sizes()).containsExactly(2, 1);
  }

  @Test
  void aReducedRangeHasSevenBits() {
    Tensor source = random(4, 50);
    Layout layout = Layout.along(0, false, source);
    for (boolean symmetric : List.of(true, false)) {
      LinearQuantizer quantizer = LinearQuantizer.forWeights(symmetric, true);
      long[] integers =
          Tensor.deferred(new ChannelQuantization(source, quantizer, layout)).getFirst().toLongs();
      assertThat(java.util.Arrays.stream(integers).boxed())
          .contains(64L)
          .allMatch(q -> Math.abs(q) <= 64);
    }
  }

  @Test
  void zeroIsExactHoweverLopsidedARangeIs() {
    Tensor source = Tensor.ofFloats(new long[] {3, 3}, 5, 7, 0, -5, -7, 0, -1, 3, 0);
    List<Tensor> results =
        Tensor.deferred(
            new ChannelQuantization(source, ASYMMETRIC, Layout.along(0, false, source)));
    long[] integers = results.get(0).toLongs();
    long[] zeros = results.get(2).toLongs();
    assertThat(zeros).containsExactly(-128, 127, -64);
    assertThat(new long[] {integers[2], integers[5], integers[8]}).isEqualTo(zeros);
  }

  @Test
  void channelsOfZerosAndOfTheTiniestNumbersKeepAFiniteScale() {
    Tensor source =
        Tensor.ofFloats(new long[] {3, 2}, 0, 0, Float.MIN_VALUE, -Float.MIN_VALUE, 3e38f, -3e38f);
    for (LinearQuantizer quantizer : List.of(SYMMETRIC, ASYMMETRIC)) {
      List<Tensor> results =
          Tensor.deferred(new ChannelQuantization(source, quantizer, Layout.rows(source)));
      for (float scale : results.get(1).toFloats()) {
        assertThat(1 / scale).isFinite().isPositive();
      }
      assertThat(results.get(0).toLongs()).startsWith(0, 0);
    }
  }

  @Test
  void theSameTensorAlwaysGivesTheSameBytes() {
    Tensor source = random(30, 40);
    Layout layout = Layout.along(1, false, source);
    List<Tensor> first = Tensor.deferred(new ChannelQuantization(source, ASYMMETRIC, layout));
    List<Tensor> second = Tensor.deferred(new ChannelQuantization(source, ASYMMETRIC, layout));
    for (int i = 0; i < 3; i++) {
      assertThat(first.get(i).contentEquals(second.get(i))).isTrue();
    }
  }

  @Test
  void onlyRowsOfAMatrixAreTransposed() {
    Tensor source = random(2, 3, 4);
    Layout layout = Layout.along(0, false, source).transpose();
    assertThatThrownBy(() -> new ChannelQuantization(source, SYMMETRIC, layout))
        .hasMessage("only a matrix with channels as rows is transposed, got float[2,3,4]");
  }

  @Test
  void numbersThatAreNoneAreFound() {
    float[] values = new float[40_000];
    assertThat(Finiteness.isFinite(Tensor.ofFloats(new long[] {40_000}, values))).isTrue();
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      values[39_999] = bad;
      assertThat(Finiteness.isFinite(Tensor.ofFloats(new long[] {40_000}, values))).isFalse();
    }
    values[39_999] = -Float.MAX_VALUE;
    assertThat(Finiteness.isFinite(Tensor.ofFloats(new long[] {40_000}, values))).isTrue();
  }
}
