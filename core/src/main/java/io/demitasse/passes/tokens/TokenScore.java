package io.demitasse.passes.tokens;

/** By what it is told which tokens matter most. */
public enum TokenScore {
  /** How long the vector of a token is. */
  NORM,
  /**
   * How much the first token, that of the class, finds in a token, the mean over all heads: Liang,
   * Ge, Tong, Song, Wang, Xie, "Not All Patches are What You Need: Expediting Vision Transformers
   * via Token Reorganizations", ICLR 2022.
   */
  ATTENTION,
  /**
   * How unlike a token is to all whose vectors are longer, so that of each group of similar ones
   * the longest is left: the distance by which peaks are told in Rodriguez, Laio, "Clustering by
   * Fast Search and Find of Density Peaks", Science 2014, with lengths in place of densities.
   */
  DIVERSITY
}
