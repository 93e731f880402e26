package io.demitasse.run;

import io.demitasse.port.ModelFormat;
import io.demitasse.recipe.Recipe;
import io.demitasse.report.Report;
import io.demitasse.search.SearchResult;
import io.demitasse.search.StepwiseSearch;
import io.demitasse.source.Source;

/**
 * What a run came to.
 *
 * @param found the bundle and what led to it
 * @param recipe resolved
 * @param advice which data would make the evidence stronger; empty when nothing is missing
 * @param files holds the files of the bundle until it is closed
 */
public record RunResult(
    ModelFormat format,
    Source source,
    SearchResult found,
    Report report,
    Recipe recipe,
    String advice,
    StepwiseSearch files) {}
