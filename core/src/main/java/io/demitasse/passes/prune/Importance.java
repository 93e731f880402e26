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
  /**
   * The magnitude of the factor that a batch normalization has for a unit: Liu, Li, Shen, Huang,
   * Yan, Zhang, "Learning Efficient Convolutional Networks through Network Slimming", ICCV 2017.
   * Units are normalized before it, so that factors of different layers can be compared. Units
   * without one stay.
   */
  BATCH_NORM_SCALE,
  /**
   * How far a unit, relative to its size on data, is from what follows from those that stay: what
   * others say too can go, whatever reads it. Units are not centred, for what takes over for them
   * has no intercept either. Luo, Wu, Lin, "ThiNet: A Filter Level Pruning Method for Deep Neural
   * Network Compression", ICCV 2017, for choosing units by what others give; the choice is that of
   * columns of a matrix from which the others follow best.
   */
  REDUNDANCY,
  /**
   * How much the loss changes to first order as a unit fades out: the magnitude of gradient times
   * activation, averaged over examples. Molchanov, Tyree, Karras, Aila, Kautz, "Pruning
   * Convolutional Neural Networks for Resource Efficient Inference", ICLR 2017. Losses of different
   * layers can be compared.
   */
  TAYLOR,
  /**
   * How much the loss grows to second order as a unit fades out, with the Fisher information in
   * place of the second derivative: half of the squared gradient of a gate that all layers see the
   * unit through, averaged over examples. Theis, Korshunova, Tejani, Huszár, "Faster Gaze
   * Prediction with Dense Networks and Fisher Pruning", 2018; for units that several layers share,
   * Liu et al., "Group Fisher Pruning for Practical Network Compression", ICML 2021.
   */
  FISHER,
  /** Nothing: what any other has to be better than. */
  RANDOM;

  /** Whether it depends on what was seen on data. */
  boolean needsData() {
    return this == OUTPUT_ERROR || this == WANDA || this == ACTIVATION || this == REDUNDANCY;
  }

  /** Whether it depends on how a loss changes, which a trainer finds out from examples. */
  boolean needsGradients() {
    return this == TAYLOR || this == FISHER;
  }

  /** Whether what it says of units of one group can be compared with what it says of another's. */
  boolean isComparable() {
    return needsGradients() || this == BATCH_NORM_SCALE;
  }
}
