package io.demitasse.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.calibrate.Reducer.Accumulator;
import io.demitasse.ir.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statistics as bytes, what holds when they are merged, and bytes that nobody wrote here. */
class ByteFormTest {

  static Stream<Reducer<?>> reducers() {
    return Stream.of(
        new MinMax(),
        new Percentile(99),
        new Entropy(),
        new LeastError(),
        new MeanToDeviation(1e-5f),
        new RunSample(2, 3, 70));
  }

  /** What a reducer gets of a value that was these numbers. */
  private static List<Tensor> tapped(Reducer<?> reducer, float... numbers) {
    if (reducer instanceof MinMax) {
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (float number : numbers) {
        min = Math.min(min, number);
        max = Math.max(max, number);
      }
      return List.of(Tensor.scalar(min), Tensor.scalar(max));
    }
    return List.of(Tensor.ofFloats(new long[] {numbers.length / 2, 2}, numbers));
  }

  private static float[] numbers(int seed) {
    Random random = new Random(seed);
    float[] numbers = new float[200];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (random.nextGaussian() * Math.pow(10, seed));
    }
    return numbers;
  }

  private static <T> Accumulator<T> of(Reducer<T> reducer, int... seeds) {
    Accumulator<T> accumulator = reducer.start();
    for (int seed : seeds) {
      accumulator.add(tapped(reducer, numbers(seed)));
    }
    return accumulator;
  }

  /** Writes something. */
  private interface Written {
    void to(DataOutput out) throws IOException;
  }

  private static byte[] bytes(Written written) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    written.to(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInput input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static <T> Accumulator<T> copy(Reducer<T> reducer, Accumulator<T> accumulator)
      throws IOException {
    return reducer.read(input(bytes(accumulator::write)));
  }

  @ParameterizedTest
  @MethodSource("reducers")
  <T> void whatIsReadIsWhatWasWrittenAndGoesOnAsIt(Reducer<T> reducer) throws IOException {
    Accumulator<T> first = copy(reducer, of(reducer, 0, 1));

    assertThat(first.result()).isPresent().isEqualTo(of(reducer, 0, 1).result());
    first.add(tapped(reducer, numbers(2)));

    assertThat(first.result()).isEqualTo(of(reducer, 0, 1, 2).result());
    assertThat(bytes(first::write)).isEqualTo(bytes(of(reducer, 0, 1, 2)::write));
  }

  @ParameterizedTest
  @MethodSource("reducers")
  <T> void whichNeighborsAreMergedFirstMakesNoDifference(Reducer<T> reducer) throws IOException {
    Accumulator<T> left = of(reducer, 0);
    left.merge(copy(reducer, of(reducer, 3)));
    left.merge(of(reducer, 1, 2));
    Accumulator<T> tail = of(reducer, 3);
    tail.merge(of(reducer, 1, 2));
    Accumulator<T> right = of(reducer, 0);
    right.merge(tail);

    byte[] atOnce = bytes(of(reducer, 0, 3, 1, 2)::write);

    assertThat(bytes(left::write)).isEqualTo(atOnce);
    assertThat(bytes(right::write)).isEqualTo(atOnce);
  }

  @ParameterizedTest
  @MethodSource("reducers")
  <T> void nothingAddsNothing(Reducer<T> reducer) throws IOException {
    Accumulator<T> nothing = copy(reducer, reducer.start());
    assertThat(nothing.result()).isEmpty();

    nothing.merge(of(reducer, 1));
    nothing.merge(copy(reducer, reducer.start()));

    assertThat(bytes(nothing::write)).isEqualTo(bytes(of(reducer, 1)::write));
  }

  @ParameterizedTest
  @MethodSource("reducers")
  <T> void whatWasNotFiniteStaysSo(Reducer<T> reducer) throws IOException {
    for (float spoiler : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Accumulator<T> spoilt = reducer.start();
      spoilt.add(tapped(reducer, 1, spoiler));
      Accumulator<T> sum = of(reducer, 1);

      sum.merge(copy(reducer, spoilt));
      sum.add(tapped(reducer, numbers(2)));

      assertThat(sum.result()).isEmpty();
      assertThat(copy(reducer, sum).result()).isEmpty();
    }
  }

  @Test
  void aHistogramIsReadByWhoeverReadsARangeOffIt() throws IOException {
    byte[] written = bytes(of(new Percentile(100), 0)::write);

    assertThat(new Entropy().read(input(written)).result())
        .isEqualTo(of(new Entropy(), 0).result());
  }

  @Test
  void kindsAreNotMerged() {
    assertThatThrownBy(() -> new MinMax().start().merge(new Entropy().start()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a range can only be merged with another");
    assertThatThrownBy(() -> new Entropy().start().merge(new MinMax().start()))
        .hasMessage("a histogram can only be merged with another");
    assertThatThrownBy(() -> new MeanToDeviation(1).start().merge(new MeanToDeviation(2).start()))
        .hasMessage("a ratio can only be merged with one of the same ε");
  }

  @ParameterizedTest
  @MethodSource("reducers")
  void whatEndsEarlyIsRefused(Reducer<?> reducer) throws IOException {
    byte[] written = bytes(of(reducer, 0)::write);
    for (int length = 0; length < written.length; length++) {
      byte[] cut = Arrays.copyOf(written, length);
      assertThatThrownBy(() -> reducer.read(input(cut))).isInstanceOf(EOFException.class);
    }
  }

  /** Whatever a byte becomes, it is refused or it is a statistic like any other. */
  @ParameterizedTest
  @MethodSource("reducers")
  <T> void changedBytesAreRefusedOrUsable(Reducer<T> reducer) throws IOException {
    byte[] written = bytes(of(reducer, 0)::write);
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] changed = written.clone();
      int place =
          i % 2 == 0 ? i / 2 % Math.min(40, written.length) : random.nextInt(written.length);
      changed[place] ^= (byte) (1 + random.nextInt(255));
      try {
        Accumulator<T> read = reducer.read(input(changed));
        read.merge(of(reducer, 1));
        assertThat(copy(reducer, read).result()).isEqualTo(read.result());
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static void assertRefused(Reducer<?> reducer, Written written, String why)
      throws IOException {
    byte[] bytes = bytes(written);
    assertThatThrownBy(() -> reducer.read(input(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessage("This is no statistic that was written here: " + why + ".");
  }

  @Test
  void anotherKindOrVersionIsRefused() throws IOException {
    assertRefused(
        new Entropy(), new MinMax().start()::write, "it is of 'min-max', expected 'histogram'");
    assertRefused(
        new MeanToDeviation(2),
        new MeanToDeviation(1).start()::write,
        "it is of 'mean-to-deviation-1.0', expected 'mean-to-deviation-2.0'");
    assertRefused(new MinMax(), out -> begin(out, "min-max", 2, 1), "it has version 2, expected 1");
    assertRefused(
        new MinMax(), out -> begin(out, "min-max", 1, 3), "it has seen 3, expected 0 to 2");
  }

  private static void begin(DataOutput out, String kind, int version, int seen) throws IOException {
    out.writeUTF(kind);
    out.writeByte(version);
    out.writeByte(seen);
  }

  @Test
  void rangesThatCannotBeAreRefused() throws IOException {
    float[][] ranges = {{1, 0}, {Float.NaN, 1}, {0, Float.POSITIVE_INFINITY}};
    for (float[] range : ranges) {
      assertRefused(
          new MinMax(),
          out -> {
            begin(out, "min-max", 1, 1);
            out.writeFloat(range[0]);
            out.writeFloat(range[1]);
          },
          "its range is " + range[0] + " to " + range[1]);
    }
    for (double ratio : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          new MeanToDeviation(0),
          out -> {
            begin(out, "mean-to-deviation-0.0", 1, 1);
            out.writeDouble(ratio);
          },
          "its ratio is " + ratio);
    }
  }

  @Test
  void runsThatCannotBeAreRefused() throws IOException {
    assertRefused(new RunSample(1, 9, 5), runs(-1, 1, 1, 0), "it has the number -1.0");
    assertRefused(new RunSample(1, 9, 5), runs(Float.NaN, 1, 1, 0), "it has the number NaN");
    assertRefused(new RunSample(1, 9, 5), runs(2, 0, 1, 0), "it has 0 runs");
    assertRefused(new RunSample(1, 9, 5), runs(2, 10, 1, 0), "it has 10 runs");
    assertRefused(new RunSample(1, 9, 5), runs(2, 1, 0, 0), "it has a run of 0 rows");
    assertRefused(new RunSample(1, 9, 5), runs(2, 1, 10, 0), "it has a run of 10 rows");
    assertRefused(new RunSample(1, 9, 5), runs(2, 1, 1, -3), "it has the number -3.0");
  }

  private static Written runs(float maximum, int count, int rows, float number) {
    return out -> {
      begin(out, "run-sample-1x9x5", 1, 1);
      out.writeFloat(maximum);
      out.writeInt(count);
      out.writeInt(rows);
      out.writeFloat(number);
    };
  }

  @Test
  void countsThatCannotBeAreRefused() throws IOException {
    assertRefused(new Entropy(), histogram(-1, 0, 1), "it has counted -1 numbers");
    assertRefused(new Entropy(), histogram(0, 0, 1), "it has counted 0 numbers");
    assertRefused(
        new Entropy(), histogram((1L << 53) + 1, 0, 1), "it has counted 9007199254740993 numbers");
    assertRefused(new Entropy(), histogram(3, 1, 0), "its range is 1.0 to 0.0");
    // From 0 to 4095 there are 4096 bins of width 1.
    assertRefused(new Entropy(), histogram(3, 0, 4095, -1), "it has counted -1 in a bin");
    assertRefused(new Entropy(), histogram(3, 0, 4095, 4), "it has counted 4 in a bin");
    assertRefused(
        new Entropy(),
        histogram(3, 0, 4095, 1, new long[4094], 1),
        "its bins hold 2 of 3 numbers, or its outermost none");
    assertRefused(
        new Entropy(),
        histogram(3, 0, 4095, 0, new long[4094], 3),
        "its bins hold 3 of 3 numbers, or its outermost none");
    assertThat(new Percentile(100).read(input(bytes(histogram(3, 0, 4095, 1, new long[4094], 2)))))
        .extracting(Accumulator::result)
        .isEqualTo(java.util.Optional.of(new Range(0, 4095)));
  }

  private static Written histogram(long total, float min, float max, Object... counts) {
    return out -> {
      begin(out, "histogram", 1, 1);
      out.writeLong(total);
      out.writeFloat(min);
      out.writeFloat(max);
      for (Object count : counts) {
        for (long one :
            count instanceof long[] many ? many : new long[] {((Number) count).longValue()}) {
          out.writeLong(one);
        }
      }
    };
  }

  private static Gathered gathered(int seed) {
    return new Gathered(
        List.of(
            new Gathered.Part<>(A, of(A.reducer(), seed)),
            new Gathered.Part<>(B, of(B.reducer(), seed))));
  }

  private static final Observation<Range> A = new Observation<>("model", "a", new MinMax());
  private static final Observation<Range> B = new Observation<>("model", "b", new Entropy());
  private static final Set<Observation<?>> BOTH = new LinkedHashSet<>(List.of(A, B));

  @Test
  void allThatWasGatheredIsKeptTogether() throws IOException {
    Gathered first = Gathered.read(BOTH, input(bytes(gathered(0)::write)));
    first.merge(gathered(1));

    Statistics statistics = Gathered.read(BOTH, input(bytes(first::write))).statistics();

    assertThat(statistics.get(A)).isEqualTo(of(A.reducer(), 0, 1).result());
    assertThat(statistics.get(B)).isEqualTo(of(B.reducer(), 0, 1).result());
  }

  @Test
  void whatOthersGatheredIsRefused() throws IOException {
    byte[] written = bytes(gathered(0)::write);
    Set<Observation<?>> reversed = new LinkedHashSet<>(List.of(B, A));

    assertThatThrownBy(() -> Gathered.read(reversed, input(written)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "it has min-max of 'a' in part 'model', expected entropy of 'b' in part 'model'");
    assertThatThrownBy(() -> Gathered.read(Set.of(A), input(written)))
        .hasMessageContaining("it has 2 observations, expected 1");
    byte[] later = written.clone();
    later[0]++;
    assertThatThrownBy(() -> Gathered.read(BOTH, input(later)))
        .hasMessageContaining("it has version 2, expected 1");
    Gathered other = new Gathered(List.of(new Gathered.Part<>(A, of(A.reducer(), 0))));
    assertThatThrownBy(() -> gathered(0).merge(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("what was gathered of [min-max of 'a' in part 'model'] cannot");
  }
}
