package io.demitasse.data;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;

/** The tokens of a tokenizer, which can be written again for fewer of them. */
public interface Vocabulary {

  /** Why it cannot be written again; empty where it can. */
  Optional<String> problem();

  /** How many ids there are: 1 more than the largest. */
  int size();

  /**
   * The ids that have to stay so that texts which are made of some tokens still are, and every
   * other text can be encoded: those, what they are made of, special tokens, and single characters
   * or bytes.
   *
   * @param used ids below {@link #size}
   */
  BitSet closed(BitSet used);

  /** The id of what the tokenizer does not know; 0 where it knows everything. */
  long unknown();

  /**
   * The files of the tokenizer with some of its tokens alone, which are numbered anew from 0, in
   * the order that they have.
   *
   * @param kept ids, {@linkplain #closed closed}
   * @return the content by the file whose place it takes
   * @throws io.demitasse.error.DemitasseException (bad request) when a file cannot be read, or does
   *     not fit the others
   */
  Map<Path, byte[]> only(BitSet kept);
}
