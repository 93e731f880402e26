package io.demitasse.calibrate;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * How often numbers of each size were seen, in at most {@value #BINS} bins.
 *
 * <p>All bins are as wide as one power of two and aligned at zero: bin {@code i} holds {@code [i w,
 * (i + 1) w)}. Numbers outside of the bins there are double the width until they fit: two neighbors
 * become one, which is exact. So a histogram depends on the numbers alone, not on their order, and
 * the sum of two is the histogram of what both have seen.
 */
public final class Histogram {
  public static final int BINS = 4096;

  private static final String KIND = "histogram";
  private static final int VERSION = 1;

  /** No run has seen as many numbers; the sum of many such histograms is still a count. */
  private static final long MOST = 1L << 53;

  /** Numbers that are looked at together, few enough to stay in the processor's first cache. */
  private static final int CHUNK = 4096;

  private static final int APART = 4;

  /** Bins are at least this fine against the largest magnitude: as fine as floats are. */
  private static final int PRECISION = 22;

  private final long[] counts = new long[BINS];
  private int exponent = Float.MIN_EXPONENT;
  private int first;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;
  private long total;

  /** Adds all elements of a tensor of real numbers. */
  public void add(Tensor tensor) {
    if (tensor.dataType() == DataType.FLOAT) {
      add(tensor.bytes());
    } else {
      add(tensor.toFloats());
    }
  }

  /** Adds numbers. */
  public void add(float... values) {
    add(MemorySegment.ofArray(values));
  }

  private void add(MemorySegment floats) {
    Chunk chunk = new Chunk();
    long bytes = floats.byteSize();
    for (long done = 0; done < bytes; done += CHUNK * Float.BYTES) {
      int count = (int) Math.min(CHUNK, (bytes - done) / Float.BYTES);
      MemorySegment.copy(floats, Tensor.F32, done, chunk.values, 0, count);
      add(chunk, count);
    }
    chunk.countInto(counts);
  }

  /** Adds what another histogram has seen. */
  public void add(Histogram other) {
    if (other.total == 0) {
      return;
    }
    see(other.min, other.max);
    total += other.total;
    if (isFinite()) {
      int shift = exponent - other.exponent;
      for (int i = 0; i < BINS; i++) {
        if (other.counts[i] > 0) {
          counts[doubled(other.first + i, shift) - first] += other.counts[i];
        }
      }
    }
  }

  /** Room to work on some numbers at a time, and what was counted since the bins changed. */
  private static final class Chunk {
    final float[] values = new float[CHUNK];
    final int[] bins = new int[CHUNK];

    /**
     * Neighbors are counted apart: often they are equal, as zeros are, and a processor that counts
     * one waits until it has written the one before.
     */
    final int[] counts = new int[APART * BINS];

    void countInto(long[] sums) {
      for (int apart = 0; apart < APART; apart++) {
        for (int i = 0; i < BINS; i++) {
          sums[i] += counts[apart * BINS + i];
        }
      }
      Arrays.fill(counts, 0);
    }
  }

  private void add(Chunk chunk, int count) {
    float least = least(chunk.values, count);
    float greatest = greatest(chunk.values, count);
    if (!(least >= min && greatest <= max)) {
      chunk.countInto(counts);
      see(least, greatest);
    }
    total += count;
    if (isFinite()) {
      toBins(chunk.values, count, Math.scalb(1.0, -exponent), chunk.bins);
      count(chunk.bins, count, first, chunk.counts);
    }
  }

  // Each of these loops does one thing, so that the compiler finds vector instructions for all but
  // the last.

  private static float least(float[] values, int count) {
    float least = Float.POSITIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      least = Math.min(least, values[k]);
    }
    return least;
  }

  private static float greatest(float[] values, int count) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      greatest = Math.max(greatest, values[k]);
    }
    return greatest;
  }

  private static void toBins(float[] values, int count, double inverseWidth, int[] bins) {
    for (int k = 0; k < count; k++) {
      bins[k] = (int) Math.floor(values[k] * inverseWidth);
    }
  }

  private static void count(int[] bins, int count, int first, int[] counts) {
    int whole = count - count % APART;
    for (int k = 0; k < whole; k += APART) {
      counts[bins[k] - first]++;
      counts[BINS + bins[k + 1] - first]++;
      counts[2 * BINS + bins[k + 2] - first]++;
      counts[3 * BINS + bins[k + 3] - first]++;
    }
    for (int k = whole; k < count; k++) {
      counts[bins[k] - first]++;
    }
  }

  /** Widens the bins until they hold everything from {@code least} to {@code greatest} too. */
  private void see(float least, float greatest) {
    min = Math.min(min, least);
    max = Math.max(max, greatest);
    if (!isFinite()) {
      return;
    }
    int wider = exponentFor(min, max);
    int start = bin(min, wider);
    if (wider != exponent || start != first) {
      long[] before = counts.clone();
      Arrays.fill(counts, 0);
      for (int i = 0; i < BINS; i++) {
        if (before[i] > 0) {
          counts[doubled(first + i, wider - exponent) - start] += before[i];
        }
      }
      exponent = wider;
      first = start;
    }
  }

  /** The least width that is enough for a range, as the exponent of two. */
  private static int exponentFor(float min, float max) {
    int largest = Math.getExponent(Math.max(Math.abs(min), Math.abs(max)));
    int exponent = Math.max(Float.MIN_EXPONENT, largest - PRECISION);
    while (bin(max, exponent) - bin(min, exponent) >= BINS) {
      exponent++;
    }
    return exponent;
  }

  /** The bin that a bin is part of when the width has doubled so often. */
  private static int doubled(int bin, int times) {
    return bin >> Math.min(times, Integer.SIZE - 1);
  }

  private static int bin(float value, int exponent) {
    return (int) Math.floor(Math.scalb((double) value, -exponent));
  }

  /** Whether numbers were seen, all of them finite. */
  public boolean isFinite() {
    return Float.isFinite(min) && Float.isFinite(max);
  }

  /** How many numbers were seen. */
  public long total() {
    return total;
  }

  public float min() {
    return min;
  }

  public float max() {
    return max;
  }

  /** How wide each bin is. */
  public double width() {
    return Math.scalb(1.0, exponent);
  }

  /** The lower edge of the bin that holds the least number. */
  public double start() {
    return first * width();
  }

  /**
   * The numbers in each bin, from the one that holds the least to the one that holds the greatest.
   */
  public long[] counts() {
    return isFinite() ? Arrays.copyOf(counts, bin(max, exponent) - first + 1) : new long[0];
  }

  /** Writes what {@link #read} reads: of the bins no more than their counts, the rest follows. */
  void write(DataOutput out) throws IOException {
    ByteForm.begin(out, KIND, VERSION, ByteForm.Seen.of(total == 0, isFinite()));
    out.writeLong(total);
    if (isFinite()) {
      out.writeFloat(min);
      out.writeFloat(max);
      for (long count : counts()) {
        out.writeLong(count);
      }
    }
  }

  /**
   * Reads a histogram.
   *
   * @throws IOException when it ends early, or bins and numbers do not belong together
   */
  static Histogram read(DataInput in) throws IOException {
    ByteForm.Seen seen = ByteForm.begun(in, KIND, VERSION);
    Histogram histogram = new Histogram();
    histogram.total = in.readLong();
    boolean nothing = seen == ByteForm.Seen.NOTHING;
    ByteForm.require(
        histogram.total >= 0 && histogram.total <= MOST && nothing == (histogram.total == 0),
        "it has counted " + histogram.total + " numbers");
    if (seen == ByteForm.Seen.NOT_FINITE) {
      histogram.see(Float.NaN, Float.NaN);
    } else if (!nothing) {
      histogram.readBins(in);
    }
    return histogram;
  }

  private void readBins(DataInput in) throws IOException {
    float least = in.readFloat();
    float greatest = in.readFloat();
    ByteForm.require(
        least <= greatest && Float.isFinite(least) && Float.isFinite(greatest),
        "its range is " + least + " to " + greatest);
    see(least, greatest);
    int last = bin(max, exponent) - first;
    long sum = 0;
    for (int i = 0; i <= last; i++) {
      counts[i] = in.readLong();
      ByteForm.require(
          counts[i] >= 0 && counts[i] <= total - sum, "it has counted " + counts[i] + " in a bin");
      sum += counts[i];
    }
    ByteForm.require(
        sum == total && counts[0] > 0 && counts[last] > 0,
        "its bins hold " + sum + " of " + total + " numbers, or its outermost none");
  }
}
