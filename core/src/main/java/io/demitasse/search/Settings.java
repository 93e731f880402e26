package io.demitasse.search;

import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Workload;
import io.demitasse.pipeline.Event;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Preset;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What holds for a whole search.
 *
 * @param recordedInputs what flowed into the parts of the original
 * @param workloads what to time, by part; a part without any is not timed
 * @param compared what exact steps have to give the same outputs on, by part
 * @param preset what counts most
 * @param journal remembers what was measured
 * @param schedule what may still be tried
 */
public record Settings(
    RecordedInputs recordedInputs,
    Map<String, List<Workload>> workloads,
    Map<String, List<Workload>> compared,
    Budget budget,
    Preset preset,
    int threads,
    Journal journal,
    Schedule schedule,
    Consumer<Event> events) {}
