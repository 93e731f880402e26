package io.demitasse.media.sound;

/** Scales of pitch: equal steps sound equally far apart. */
enum MelScale {
  /**
   * A line up to 1000 Hz and a logarithm above (Slaney, "Auditory Toolbox", Interval Research
   * 1998), as librosa and Whisper have it.
   */
  SLANEY {
    @Override
    double mel(double hertz) {
      return hertz < BREAK
          ? hertz / HERTZ_OF_A_MEL
          : BREAK / HERTZ_OF_A_MEL + Math.log(hertz / BREAK) / STEP;
    }

    @Override
    double hertz(double mel) {
      double above = mel - BREAK / HERTZ_OF_A_MEL;
      return above < 0 ? mel * HERTZ_OF_A_MEL : BREAK * Math.exp(above * STEP);
    }
  },

  /** {@code 1127 ln(1 + f / 700)}, as HTK and Kaldi have it. */
  KALDI {
    @Override
    double mel(double hertz) {
      return 1127 * Math.log1p(hertz / 700);
    }

    @Override
    double hertz(double mel) {
      return 700 * Math.expm1(mel / 1127);
    }
  };

  private static final double BREAK = 1000;
  private static final double HERTZ_OF_A_MEL = 200.0 / 3;

  /** Twenty-seven steps lead from 1000 to 6400 Hz. */
  private static final double STEP = Math.log(6.4) / 27;

  abstract double mel(double hertz);

  abstract double hertz(double mel);

  /**
   * Pitches at equal steps.
   *
   * @param low in hertz, the first
   * @param high in hertz, the last
   * @return in hertz
   */
  double[] between(double low, double high, int count) {
    double[] pitches = new double[count];
    for (int i = 0; i < count; i++) {
      pitches[i] = hertz(mel(low) + i * (mel(high) - mel(low)) / (count - 1));
    }
    return pitches;
  }
}
