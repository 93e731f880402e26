package io.demitasse.media.task;

/**
 * How much what compression takes from a metric differs from sample to sample: standard deviations
 * of paired losses, as they were measured with models in integers; see
 * docs/decisions/0014-choosing-and-judging.md. How many samples a half needs follows from them.
 */
final class Spread {
  /** Of what is right or wrong: it changes in about two of a hundred samples, either way. */
  static final double OF_RATES = .13;

  /** Of the accuracy of characters of a line. */
  static final double OF_CHARACTERS = .07;

  /** Of the cosine of outputs with the original's. */
  static final double OF_COSINES = .005;

  /**
   * Of the correlation of ranks, for each pair of texts: MiniLM in integers on 1,600 pairs of emoji
   * tags and names, against the share of tags that they have in common.
   */
  static final double OF_CORRELATIONS = .055;

  /** Of the share of variance that is told, for each sample: assumed, for none was measured. */
  static final double OF_EXPLAINED = .1;

  /**
   * Of the mean logarithm of probabilities, for each text, in nats: assumed, for none was measured.
   */
  static final double OF_LIKELIHOODS = .03;

  /** Of the accuracy of words or tokens of a text: assumed, for none was measured. */
  static final double OF_WORDS = .1;

  /** Of CIDEr-D, which is 0 to 10, for each picture: assumed, for none was measured. */
  static final double OF_CAPTIONS = .3;

  /** Of precision and overlap of boxes and masks, for each picture: assumed. */
  static final double OF_PICTURES = .1;

  private Spread() {}
}
