package io.demitasse.evaluate;

import java.util.Locale;

/** What paired timing says of a candidate against its baseline. */
public enum Verdict {
  /** The whole interval of the ratio lies below 1. */
  FASTER,
  /** The interval ends at or below the tolerated {@value PairedTiming#TOLERANCE}. */
  NOT_SLOWER,
  /** The interval reaches over the tolerance without lying over it: more runs might tell. */
  UNDECIDED,
  /** The whole interval lies over the tolerance. */
  SLOWER;

  static Verdict of(Interval ratio) {
    if (ratio.low() > PairedTiming.TOLERANCE) {
      return SLOWER;
    }
    if (ratio.high() < 1) {
      return FASTER;
    }
    return ratio.high() <= PairedTiming.TOLERANCE ? NOT_SLOWER : UNDECIDED;
  }

  /** Whether a change with this verdict may stay. */
  public boolean acceptable() {
    return this == FASTER || this == NOT_SLOWER;
  }

  /** In words: {@code not slower}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The worse of two verdicts. */
  public Verdict and(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
