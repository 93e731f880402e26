package io.demitasse.passes.prune;

import io.demitasse.data.Vocabulary;
import io.demitasse.error.DemitasseException;
import java.util.BitSet;

/** Ids of tokens that stay, as they come back from a file. */
record KeptTokens(Vocabulary vocabulary) {

  /**
   * The ids as a set.
   *
   * @throws DemitasseException (bad request) where they are none of this tokenizer, or not all that
   *     have to stay are among them
   */
  BitSet checked(long[] ids) {
    BitSet kept = new BitSet(vocabulary.size());
    for (long id : ids) {
      if (id < 0 || id >= vocabulary.size()) {
        throw unfit("id " + id + " is to stay, and its tokenizer has " + vocabulary.size());
      }
      kept.set((int) id);
    }
    BitSet missing = vocabulary.closed(kept);
    missing.andNot(kept);
    if (!missing.isEmpty()) {
      throw unfit("token " + missing.nextSetBit(0) + " has to stay, and is to go");
    }
    return kept;
  }

  private static DemitasseException unfit(String why) {
    return DemitasseException.badRequest(
        "What is stored of the vocabulary does not fit: "
            + why
            + ". The recipe is of another model or tokenizer.");
  }
}
