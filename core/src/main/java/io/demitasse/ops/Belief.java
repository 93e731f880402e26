package io.demitasse.ops;

/** How much of what a file declares is taken for true; each takes what those before it take. */
public enum Belief {
  /**
   * What the runtime enforces: it turns away inputs that contradict the rank and the fixed sizes
   * that the main graph declares. What this tells holds in every run.
   */
  ENFORCED,
  /**
   * Also that sizes of the main graph's inputs that have one name are equal. The runtime relies on
   * that, and does not check it.
   */
  NAMES,
  /** Also what is declared of inner values, of outputs and of the inputs of nested graphs. */
  DECLARED
}
