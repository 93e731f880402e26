package io.demitasse.calibrate;

/**
 * The range on whose 255 steps what a value was is rounded with the least mean squared error, what
 * is cut off at the ends included.
 *
 * <p>With the numbers of a bin at its center, and those within a range {@code [a, b]} anywhere
 * between two steps, the error is {@code Σ_{x<a} (a − x)² + Σ_{x>b} (x − b)² + N_{ab} (b − a)² /
 * (12 · 255²)}. Sums of counts, numbers and squares up to each bin give it for any range at once,
 * so all pairs of some ends are tried.
 */
public record LeastError() implements HistogramReducer {
  private static final int STEPS = 255;

  /** How many places are tried for either end. */
  private static final int PLACES = 128;

  @Override
  public String name() {
    return "least-error";
  }

  @Override
  public Range range(Histogram histogram) {
    Sums sums = new Sums(histogram);
    double lowest = Math.min(histogram.min(), 0);
    double highest = Math.max(histogram.max(), 0);
    double least = Double.POSITIVE_INFINITY;
    double from = lowest;
    double to = highest;
    for (int i = PLACES; i >= 0; i--) {
      double low = lowest * i / PLACES;
      for (int k = PLACES; k >= 0; k--) {
        double high = highest * k / PLACES;
        double error = sums.error(low, high);
        if (error < least && high > low) {
          least = error;
          from = low;
          to = high;
        }
      }
    }
    return new Range(
        (float) Math.clamp(from, histogram.min(), histogram.max()),
        (float) Math.clamp(to, histogram.min(), histogram.max()));
  }

  /** Counts, numbers and squares, each summed over the bins before one. */
  private static final class Sums {
    private final double start;
    private final double width;
    private final double[] counts;
    private final double[] numbers;
    private final double[] squares;

    Sums(Histogram histogram) {
      long[] bins = histogram.counts();
      start = histogram.start();
      width = histogram.width();
      counts = new double[bins.length + 1];
      numbers = new double[bins.length + 1];
      squares = new double[bins.length + 1];
      for (int i = 0; i < bins.length; i++) {
        double center = start + (i + .5) * width;
        counts[i + 1] = counts[i] + bins[i];
        numbers[i + 1] = numbers[i] + bins[i] * center;
        squares[i + 1] = squares[i] + bins[i] * center * center;
      }
    }

    double error(double low, double high) {
      int last = counts.length - 1;
      int from = bin(low);
      int to = bin(high);
      double step = (high - low) / STEPS;
      return apart(0, from, low)
          + apart(to, last, high)
          + (counts[to] - counts[from]) * step * step / 12;
    }

    /** The squared distances of some bins from a number, summed. */
    private double apart(int from, int to, double number) {
      return squares[to]
          - squares[from]
          - 2 * number * (numbers[to] - numbers[from])
          + number * number * (counts[to] - counts[from]);
    }

    private int bin(double number) {
      return Math.clamp(Math.round((number - start) / width), 0, counts.length - 1);
    }
  }
}
