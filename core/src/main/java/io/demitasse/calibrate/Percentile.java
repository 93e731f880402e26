package io.demitasse.calibrate;

/**
 * The range that holds most of what a value was: as many numbers lie below it as above.
 *
 * @param percent how much of all numbers lies in the range, above 0 and up to 100
 */
public record Percentile(double percent) implements HistogramReducer {
  public Percentile {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException("a percentile is above 0 and at most 100, got " + percent);
    }
  }

  @Override
  public String name() {
    return "percentile";
  }

  @Override
  public Range range(Histogram histogram) {
    long[] counts = histogram.counts();
    double cut = histogram.total() * (100 - percent) / 200;
    double low = histogram.start() + histogram.width() * place(counts, cut);
    double end = histogram.start() + histogram.width() * counts.length;
    double high = end - histogram.width() * place(reversed(counts), cut);
    return new Range(
        (float) Math.clamp(low, histogram.min(), histogram.max()),
        (float) Math.clamp(Math.max(low, high), histogram.min(), histogram.max()));
  }

  /**
   * How many bins hold the first {@code cut} numbers, as a fraction: those of one bin are taken as
   * evenly spread.
   */
  private static double place(long[] counts, double cut) {
    double remaining = cut;
    int bin = 0;
    while (bin < counts.length - 1 && remaining >= counts[bin]) {
      remaining -= counts[bin++];
    }
    return bin + remaining / counts[bin];
  }

  private static long[] reversed(long[] counts) {
    long[] reversed = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      reversed[i] = counts[counts.length - 1 - i];
    }
    return reversed;
  }
}
