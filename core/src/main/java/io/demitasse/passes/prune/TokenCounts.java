package io.demitasse.passes.prune;

import io.demitasse.ir.Tensor;
import java.util.BitSet;
import java.util.Map;

/** How often each token was seen. */
final class TokenCounts {
  private final long[] counts;

  /**
   * @param size ids that there are
   */
  TokenCounts(int size) {
    counts = new long[size];
  }

  /** Counts the ids among inputs; those that no tokenizer gives are not counted. */
  void add(Map<String, Tensor> inputs) {
    Tensor ids = inputs.get(TokenTables.IDS);
    if (ids != null) {
      for (long id : ids.toLongs()) {
        if (id >= 0 && id < counts.length) {
          counts[(int) id]++;
        }
      }
    }
  }

  /** The ids that were seen so often. */
  BitSet atLeast(int count) {
    BitSet seen = new BitSet(counts.length);
    for (int id = 0; id < counts.length; id++) {
      seen.set(id, counts[id] >= count);
    }
    return seen;
  }
}
