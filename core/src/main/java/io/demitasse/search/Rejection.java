package io.demitasse.search;

/** Why a candidate cannot be kept. */
record Rejection(Kind kind, String text) {
  enum Kind {
    SLOWER,
    /** Noise alone stands in the way: parts of the change would fare no better. */
    UNDECIDED,
    /** An exact step moved an output. */
    WRONG,
    /** Accuracy leaves the budget. */
    INACCURATE,
    POINTLESS,
    FAILED
  }
}
