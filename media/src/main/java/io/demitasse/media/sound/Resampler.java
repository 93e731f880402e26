package io.demitasse.media.sound;

/**
 * Changes the rate of sounds and keeps what both rates can hold: each sample of the result is a sum
 * of samples around its time, weighted by a sinc under a Kaiser window (Smith, Gossett, "A flexible
 * sampling-rate conversion method", ICASSP 1984).
 *
 * <pre>
 *   y(t) = Σ x[k] · c · sinc(c · (t - k)) · kaiser(c · (t - k) / {@value #CROSSINGS})
 *   c = {@value #ROLL_OFF} · min(1, to / from), t in samples of x
 * </pre>
 *
 * <p>Frequencies up to nine tenths of half the lower rate pass as they are; what is above half of
 * it is weaker by 90 dB and more. Beyond its ends a sound is silent.
 *
 * @param from rate of what is given, in hertz
 * @param to rate of the result
 */
record Resampler(int from, int to) {
  /** Zeros of the sinc to either side, where the window ends. */
  private static final int CROSSINGS = 64;

  private static final double ROLL_OFF = .945;

  /** Shape of the Kaiser window: how much is kept out against how steep it is. */
  private static final double BETA = 10;

  /** Places between two zeros that the kernel is known at; between them it is a line. */
  private static final int PLACES = 1024;

  /** Half of the kernel, from its middle to its end, and a zero behind. */
  private static final float[] KERNEL = kernel();

  private static float[] kernel() {
    float[] kernel = new float[CROSSINGS * PLACES + 2];
    for (int i = 0; i <= CROSSINGS * PLACES; i++) {
      double x = (double) i / PLACES;
      double inside = 1 - Math.pow(x / CROSSINGS, 2);
      double window = bessel(BETA * Math.sqrt(Math.max(0, inside))) / bessel(BETA);
      kernel[i] = (float) (window * (i == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)));
    }
    return kernel;
  }

  /** The modified Bessel function of the first kind of order 0. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > sum * 1e-17; k++) {
      term *= Math.pow(x / (2 * k), 2);
      sum += term;
    }
    return sum;
  }

  /** The sound at the other rate: as long, up to a sample. */
  Sound of(float[] samples) {
    if (from == to) {
      return new Sound(to, samples);
    }
    double cutOff = ROLL_OFF * Math.min(1, (double) to / from);
    double reach = CROSSINGS / cutOff;
    float[] result = new float[Math.toIntExact(Math.ceilDiv((long) samples.length * to, from))];
    for (int i = 0; i < result.length; i++) {
      double time = (double) i * from / to;
      int first = (int) Math.max(0, Math.ceil(time - reach));
      int last = (int) Math.min(samples.length - 1L, (long) Math.floor(time + reach));
      double sum = 0;
      for (int k = first; k <= last; k++) {
        double place = Math.abs(time - k) * cutOff * PLACES;
        int before = (int) place;
        double between = place - before;
        sum += samples[k] * (KERNEL[before] + between * (KERNEL[before + 1] - KERNEL[before]));
      }
      result[i] = (float) (sum * cutOff);
    }
    return new Sound(to, result);
  }
}
