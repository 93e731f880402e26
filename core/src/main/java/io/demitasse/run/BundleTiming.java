package io.demitasse.run;

import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.evaluate.Workloads;
import io.demitasse.pipeline.Event;
import io.demitasse.source.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Times bundles against the one that was opened, as a compression times its result against the
 * original: each part on what flows into it, then the program end to end.
 *
 * @param context pinned, for what records; never in what is timed
 */
record BundleTiming(RunContext context, Evaluator evaluator) {
  /** Samples that are run in one go to time a program as a whole. */
  private static final int WHOLE_SAMPLES = 1;

  /** What is run to time a program as a whole. */
  static Samples whole(Task task) {
    return task.calibration().spread(WHOLE_SAMPLES);
  }

  BundleTimes of(Source other) {
    Source source = context.source();
    List<String> notes = new ArrayList<>(missing(source, other));
    boolean complete = notes.isEmpty();
    notes.addAll(missing(other, source));
    requireCommon(other);
    Map<String, List<TimingComparison>> parts = new LinkedHashMap<>();
    workloads()
        .forEach(
            (part, workloads) -> {
              if (workloads.isEmpty()) {
                notes.add("no sample reaches part '" + part + "': it was not timed");
              } else if (names(other).contains(part)) {
                parts.put(part, timed(part, other, workloads));
              }
            });
    List<TimingComparison> whole = List.of();
    if (!complete) {
      notes.add("without all parts the program cannot be timed end to end");
    } else if (names(source).size() > 1) {
      context.tell(new Event.Started("timing the program end to end"));
      whole = List.of(evaluator.wholeTiming(other.files(), whole(evaluator.task())));
    }
    evaluator.load().remark().ifPresent(notes::add);
    return new BundleTimes(whole, parts, notes);
  }

  private static Set<String> names(Source bundle) {
    return bundle.files().files().keySet();
  }

  /** A sentence for each part that one has and another has not. */
  private static List<String> missing(Source one, Source another) {
    return names(one).stream()
        .filter(part -> !names(another).contains(part))
        .map(
            part ->
                String.format(
                    Locale.ROOT,
                    "%s has no part '%s', which %s has: it was not timed",
                    another.path(),
                    part,
                    one.path()))
        .toList();
  }

  private void requireCommon(Source other) {
    Source source = context.source();
    if (names(source).stream().noneMatch(names(other)::contains)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s has the parts %s and %s has %s: none in common. Time forms of one bundle.",
              source.path(),
              names(source),
              other.path(),
              names(other)));
    }
  }

  private Map<String, List<Workload>> workloads() {
    context.tell(new Event.Started("recording inputs of each part"));
    Task task = evaluator.task();
    Source source = context.source();
    return Workloads.of(
        RecordedInputs.of(context.ports().runtime(), source.files(), task, context.threads()),
        source.bundle().parts(),
        task.program().takesBatches());
  }

  private List<TimingComparison> timed(String part, Source other, List<Workload> workloads) {
    context.tell(new Event.Started("timing part '" + part + "'"));
    return evaluator.timings(part, context.source().files(), other.files(), workloads);
  }
}
