package io.demitasse.run;

import io.demitasse.port.ModelFormat;
import io.demitasse.recipe.Recipe;
import io.demitasse.report.Report;
import io.demitasse.search.StepwiseSearch;
import io.demitasse.source.Source;

/**
 * What a run came to.
 *
 * @param search holds the best bundle and its files; to be closed
 * @param recipe resolved
 * @param advice which data would make the evidence stronger; empty when nothing is missing
 */
public record RunResult(
    ModelFormat format,
    Source source,
    StepwiseSearch search,
    Report report,
    Recipe recipe,
    String advice) {}
