package io.demitasse.data;

import java.util.OptionalLong;
import java.util.Set;

/**
 * Tokens that stand for no part of a text, as a tokenizer has them.
 *
 * @param mask stands for a token that is to be guessed; empty where there is none
 * @param unknown stands for what the tokenizer does not know; empty where there is none
 * @param all these and others, such as those that begin and end a text, and padding
 */
public record SpecialTokens(OptionalLong mask, OptionalLong unknown, Set<Long> all) {
  public SpecialTokens {
    all = Set.copyOf(all);
  }
}
