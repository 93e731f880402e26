package io.demitasse.calibrate;

import io.demitasse.ir.Tensor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what a value was in some runs, with the largest magnitude of each channel over all of them:
 * for whoever tries on real numbers what quantizing them would do.
 *
 * <p>A run is one tensor of rows along the last axis, of which some are kept that lie evenly spread
 * over it. Runs are put in the order of a hash of what is kept, and the first of them stay: a
 * random sample that depends neither on the order of the data nor on how they were divided. Too
 * much to be kept in a recipe.
 *
 * @param channels the size of the last axis, at least 1
 * @param runs how many are kept at most, at least 1
 * @param rows how many of each are kept at most, at least 1
 */
public record RunSample(int channels, int runs, int rows) implements Reducer<SampledRuns> {
  private static final int VERSION = 1;

  public RunSample {
    if (channels < 1 || runs < 1 || rows < 1) {
      throw new IllegalArgumentException(
          "there are at least 1 channel, 1 run and 1 row, got "
              + channels
              + ", "
              + runs
              + " and "
              + rows);
    }
  }

  @Override
  public String name() {
    return "run-sample-" + channels + "x" + runs + "x" + rows;
  }

  @Override
  public boolean isKept() {
    return false;
  }

  @Override
  public Accumulator<SampledRuns> start() {
    return new Sample(this);
  }

  /** How many runs there are, how long each is, the maxima, and all rows. */
  @Override
  public double[] numbers(SampledRuns sampled) {
    int elements = sampled.runs().stream().mapToInt(run -> run.length).sum();
    double[] numbers = new double[1 + sampled.runs().size() + channels + elements];
    int next = 0;
    numbers[next++] = sampled.runs().size();
    for (float[] run : sampled.runs()) {
      numbers[next++] = run.length;
    }
    for (float maximum : sampled.maxima()) {
      numbers[next++] = maximum;
    }
    for (float[] run : sampled.runs()) {
      for (float number : run) {
        numbers[next++] = number;
      }
    }
    return numbers;
  }

  @Override
  public SampledRuns ofNumbers(double[] numbers) {
    int count = (int) numbers[0];
    int next = 1 + count;
    float[] maxima = floats(numbers, next, channels);
    next += channels;
    List<float[]> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = (int) numbers[1 + i];
      runs.add(floats(numbers, next, length));
      next += length;
    }
    return new SampledRuns(maxima, runs);
  }

  private static float[] floats(double[] numbers, int from, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) numbers[from + i];
    }
    return floats;
  }

  @Override
  public Accumulator<SampledRuns> read(DataInput in) throws IOException {
    Sample sample = new Sample(this);
    switch (ByteForm.begun(in, name(), VERSION)) {
      case NOTHING -> {}
      case NOT_FINITE -> sample.finite = false;
      case FINITE -> sample.read(in);
    }
    return sample;
  }

  /** A run with what it is ordered by. */
  private record Run(long hash, float[] rows) {
    private static final Comparator<Run> ORDER =
        Comparator.comparingLong(Run::hash).thenComparing(Run::rows, Arrays::compare);

    /** Rows of a run that lie evenly spread over it. */
    static Run of(float[] all, int channels, int most) {
      int count = all.length / channels;
      int kept = Math.min(count, most);
      float[] rows = new float[kept * channels];
      for (int row = 0; row < kept; row++) {
        int from = (int) ((long) row * count / kept) * channels;
        System.arraycopy(all, from, rows, row * channels, channels);
      }
      return of(rows);
    }

    static Run of(float[] rows) {
      long hash = rows.length;
      for (float number : rows) {
        hash = (hash ^ Float.floatToIntBits(number)) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 32;
      }
      return new Run(hash, rows);
    }
  }

  /** The first runs so far, in their order. */
  private static final class Sample implements Accumulator<SampledRuns> {
    private final RunSample reducer;
    private final float[] maxima;
    private final List<Run> runs = new ArrayList<>();
    private boolean finite = true;

    Sample(RunSample reducer) {
      this.reducer = reducer;
      this.maxima = new float[reducer.channels];
    }

    @Override
    public void add(List<Tensor> tapped) {
      float[] numbers = tapped.getFirst().toFloats();
      if (numbers.length % maxima.length != 0) {
        throw new IllegalArgumentException(
            tapped.getFirst() + " has no rows of " + maxima.length + " channels");
      }
      see(numbers);
      if (finite && numbers.length > 0) {
        runs.add(Run.of(numbers, maxima.length, reducer.rows));
        cut();
      }
    }

    private void see(float[] numbers) {
      for (int row = 0; row < numbers.length; row += maxima.length) {
        for (int c = 0; c < maxima.length; c++) {
          maxima[c] = Math.max(maxima[c], Math.abs(numbers[row + c])); // NaN stays
        }
      }
      for (float maximum : maxima) {
        finite &= Float.isFinite(maximum);
      }
    }

    /** Leaves the first runs. */
    private void cut() {
      runs.sort(Run.ORDER);
      runs.subList(Math.min(reducer.runs, runs.size()), runs.size()).clear();
    }

    @Override
    public void merge(Accumulator<SampledRuns> later) {
      if (!(later instanceof Sample other) || !other.reducer.equals(reducer)) {
        throw new IllegalArgumentException(
            "sampled runs can only be merged with as many of as many rows and channels");
      }
      see(other.maxima);
      finite &= other.finite;
      runs.addAll(other.runs);
      cut();
    }

    @Override
    public void write(DataOutput out) throws IOException {
      ByteForm.begin(
          out, reducer.name(), VERSION, ByteForm.Seen.of(finite && runs.isEmpty(), finite));
      if (finite && !runs.isEmpty()) {
        write(out, maxima);
        out.writeInt(runs.size());
        for (Run run : runs) {
          out.writeInt(run.rows.length / maxima.length);
          write(out, run.rows);
        }
      }
    }

    private static void write(DataOutput out, float[] numbers) throws IOException {
      for (float number : numbers) {
        out.writeFloat(number);
      }
    }

    void read(DataInput in) throws IOException {
      read(in, maxima);
      int count = in.readInt();
      ByteForm.require(count > 0 && count <= reducer.runs, "it has " + count + " runs");
      for (int i = 0; i < count; i++) {
        int length = in.readInt();
        ByteForm.require(
            length > 0 && length <= reducer.rows, "it has a run of " + length + " rows");
        float[] rows = new float[Math.multiplyExact(length, maxima.length)];
        read(in, rows);
        Run run = Run.of(rows);
        ByteForm.require(
            i == 0 || Run.ORDER.compare(runs.getLast(), run) <= 0, "its runs are not in order");
        runs.add(run);
      }
    }

    private void read(DataInput in, float[] numbers) throws IOException {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = in.readFloat();
        ByteForm.require(
            Math.abs(numbers[i])
                    <= (numbers == maxima ? Float.MAX_VALUE : maxima[i % maxima.length])
                && (numbers != maxima || numbers[i] >= 0),
            "it has the number " + numbers[i]);
      }
    }

    @Override
    public Optional<SampledRuns> result() {
      return finite && !runs.isEmpty()
          ? Optional.of(new SampledRuns(maxima.clone(), runs.stream().map(Run::rows).toList()))
          : Optional.empty();
    }
  }
}
