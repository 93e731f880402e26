package io.demitasse.media.image;

/**
 * Which samples along one axis make each sample of the result, and with what weights.
 *
 * @param first of the source, for each of the result
 * @param weights in fixed point with {@link #BITS} after the point; they sum to about one
 */
record PillowTaps(int[] first, int[][] weights) {
  /** So that 8-bit samples, weights beyond one and their sign fit 32 bits. */
  static final int BITS = 22;

  static PillowTaps of(int from, int to, PillowKernel kernel) {
    double scale = (double) from / to;
    // Shrinking, the kernel is widened so that every sample counts.
    double stretch = Math.max(scale, 1);
    double support = kernel.support() * stretch;
    int[] first = new int[to];
    int[][] weights = new int[to][];
    for (int i = 0; i < to; i++) {
      double center = (i + 0.5) * scale;
      first[i] = Math.max((int) (center - support + 0.5), 0);
      int end = Math.min((int) (center + support + 0.5), from);
      double[] exact = new double[end - first[i]];
      double sum = 0;
      for (int k = 0; k < exact.length; k++) {
        exact[k] = kernel.weight((k + first[i] - center + 0.5) / stretch);
        sum += exact[k];
      }
      weights[i] = fixed(exact, sum == 0 ? 1 : sum);
    }
    return new PillowTaps(first, weights);
  }

  private static int[] fixed(double[] exact, double sum) {
    int[] fixed = new int[exact.length];
    for (int k = 0; k < fixed.length; k++) {
      double value = exact[k] / sum * (1 << BITS);
      fixed[k] = (int) (value < 0 ? value - 0.5 : value + 0.5);
    }
    return fixed;
  }
}
