package io.demitasse.passes.prune;

/** By what it is told which units matter least. */
public enum Importance {
  /**
   * How much the layers that read a unit err without it, once the weights of all others have taken
   * over: needs data. Kurtic, Frantar, Alistarh, "ZipLM: Inference-Aware Structured Pruning of
   * Language Models", NeurIPS 2023.
   */
  OUTPUT_ERROR,
  /**
   * How large a unit is on data times how large the weights are that read it: Sun, Liu, Bair,
   * Kolter, "A Simple and Effective Pruning Approach for Large Language Models", ICLR 2024.
   */
  WANDA,
  /** How large a unit is on data. */
  ACTIVATION,
  /**
   * The sum of the magnitudes of a unit's weights: Li, Kadav, Durdanovic, Samet, Graf, "Pruning
   * Filters for Efficient ConvNets", ICLR 2017.
   */
  L1,
  /** The length of all of a unit's weights. */
  L2,
  /**
   * How far the weights of a unit are from those of the others, because what is near to many is
   * easily replaced: He, Liu, Wang, Hu, Yang, "Filter Pruning via Geometric Median for Deep
   * Convolutional Neural Networks Acceleration", CVPR 2019.
   */
  GEOMETRIC_MEDIAN,
  /** Nothing: what any other has to be better than. */
  RANDOM;

  /** Whether it depends on what was seen on data. */
  boolean needsData() {
    return this == OUTPUT_ERROR || this == WANDA || this == ACTIVATION;
  }
}
