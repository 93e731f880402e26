package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.recipe.Step;
import io.demitasse.sensitivity.LayerError;
import java.util.List;
import java.util.Map;

/**
 * What a search has found.
 *
 * @param files of the bundle; they are valid until the search is closed
 * @param steps the resolved steps that make it of the original
 * @param lossyChanges what lossy ones among them have changed, by part
 * @param candidates everything that was tried, in order; those that led to this are kept
 * @param layerErrors the errors of a part's single layers, largest first, where they had to be
 *     measured
 */
public record SearchResult(
    Bundle bundle,
    BundleFiles files,
    List<Step> steps,
    Map<String, LossyChanges> lossyChanges,
    List<Candidate> candidates,
    Map<String, List<LayerError>> layerErrors) {
  public SearchResult {
    steps = List.copyOf(steps);
    lossyChanges = Map.copyOf(lossyChanges);
    candidates = List.copyOf(candidates);
    layerErrors = Map.copyOf(layerErrors);
  }

  static SearchResult of(SearchState state, SearchNode node) {
    return new SearchResult(
        node.bundle(),
        node.files(),
        node.steps(),
        node.lossy(),
        state.candidates(),
        state.layerErrors());
  }

  /** The same where one more candidate led to it. */
  SearchResult keeping(Candidate kept) {
    List<Candidate> all =
        candidates.stream().map(each -> each.id() == kept.id() ? kept : each).toList();
    return new SearchResult(bundle, files, steps, lossyChanges, all, layerErrors);
  }
}
