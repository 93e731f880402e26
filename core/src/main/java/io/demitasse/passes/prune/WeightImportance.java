package io.demitasse.passes.prune;

/** By what it is told which single weights matter least. */
public enum WeightImportance {
  /** How large a weight is, among all of its layer. */
  MAGNITUDE,
  /**
   * How large a weight is times how large what it is multiplied by is on data, among all that one
   * output sums up: Sun, Liu, Bair, Kolter, "A Simple and Effective Pruning Approach for Large
   * Language Models", ICLR 2024.
   */
  WANDA,
  /**
   * How much the layer errs on data without a weight, once those that are still to be looked at
   * have taken over: Frantar, Alistarh, "SparseGPT: Massive Language Models Can Be Accurately
   * Pruned in One-Shot", ICML 2023.
   */
  OUTPUT_ERROR;

  /** Whether it depends on what was seen on data. */
  boolean needsData() {
    return this != MAGNITUDE;
  }
}
