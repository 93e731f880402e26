package io.demitasse.search;

/**
 * Why a candidate cannot be kept.
 *
 * @param excess how many times as much as the budget allows it takes, where that speaks against it;
 *     else 1
 */
record Rejection(Kind kind, String text, double excess) {
  enum Kind {
    SLOWER,
    /** It is larger or slower than the budget allows, where it has to keep that. */
    OVER_LIMIT,
    /** Noise alone stands in the way: parts of the change would fare no better. */
    UNDECIDED,
    /** An exact step moved an output. */
    WRONG,
    /** Accuracy leaves the budget. */
    INACCURATE,
    POINTLESS,
    FAILED
  }

  Rejection(Kind kind, String text) {
    this(kind, text, 1);
  }
}
