package io.demitasse.search;

/**
 * Decides what to try of a choice and what to keep. It has no state of its own: the same answers of
 * the workers lead to the same decision, so that a search goes on from its journal.
 */
interface Searcher {

  /** Makes one choice. */
  Round decide(Choice choice, Workers workers);
}
