package io.demitasse.search;

import java.util.List;

/**
 * A site where something can be done.
 *
 * @param site the label of a node
 * @param options the ways to do it; to leave it as it is, is always one more
 */
record LayerChoice(String site, List<LayerForm> options) {
  LayerChoice {
    options = List.copyOf(options);
  }
}
