package io.demitasse.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.calibrate.Reducer.Accumulator;
import io.demitasse.ir.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Products of channels are summed up, whoever gathers them. */
final class GramMatrixTest {
  private static final GramMatrix REDUCER = new GramMatrix(3, 2, 2);

  private static List<Tensor> sample(float scale, long rows) {
    float[] products = {4 * scale, scale, scale, 9 * scale};
    return List.of(
        Tensor.ofFloats(new long[] {2, 2}, products), Tensor.ofLongs(new long[] {2}, rows, 2));
  }

  @Test
  void whatIsGatheredApartIsMerged() {
    Accumulator<Gram> one = REDUCER.start();
    one.add(sample(1, 3));
    Accumulator<Gram> other = REDUCER.start();
    other.add(sample(2, 5));
    one.merge(other);

    Gram gram = one.result().orElseThrow();

    assertThat(gram.sums()).containsExactly(12, 3, 3, 27);
    assertThat(gram.rows()).isEqualTo(8);
    assertThat(REDUCER.ofNumbers(REDUCER.numbers(gram))).isEqualTo(gram);
  }

  @Test
  void whatWasWrittenGoesOn() throws IOException {
    Accumulator<Gram> one = REDUCER.start();
    one.add(sample(1, 3));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    one.write(new DataOutputStream(bytes));

    Accumulator<Gram> again =
        REDUCER.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    assertThat(again.result()).isEqualTo(one.result());
    byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
    assertThatThrownBy(() -> REDUCER.read(new DataInputStream(new ByteArrayInputStream(half))))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatIsNoNumberLeavesNothing() {
    Accumulator<Gram> one = REDUCER.start();
    assertThat(one.result()).isEmpty();
    one.add(sample(Float.NaN, 3));
    assertThat(one.result()).isEmpty();
  }

  @Test
  void aDiagonalIsDamped() {
    assertThat(new Gram(2, new double[] {4, 1, 1, 8}, 3).damped(.5)).containsExactly(7, 1, 1, 11);
    assertThat(new Gram(1, new double[] {0}, 3).damped(.5)[0]).isPositive();
  }

  /** Channels 0 and 2 are one at two places, 1 and 3 another. */
  @Test
  void placesOfAChannelArePooled() {
    double[] sums = {1, 2, 3, 4, 2, 5, 6, 7, 3, 6, 8, 9, 4, 7, 9, 10};

    Gram pooled = new Gram(4, sums, 3).pooled(new int[][] {{0, 2}, {1, 3}});

    assertThat(pooled).isEqualTo(new Gram(2, new double[] {9, 11, 11, 15}, 6));
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> new GramMatrix(2, 2, 5)).hasMessageContaining("axis 2 of 2");
    assertThatThrownBy(() -> new GramMatrix(2, 1, 5000)).hasMessageContaining("5000 channels");
    assertThatThrownBy(() -> REDUCER.start().merge(new GramMatrix(3, 2, 3).start()))
        .hasMessageContaining("as many channels");
  }
}
