package io.demitasse.run;

import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.PeakMemory;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Event;
import io.demitasse.recipe.Budget;
import io.demitasse.report.ByModality;
import io.demitasse.report.Report;
import io.demitasse.search.SearchResult;
import io.demitasse.sensitivity.LayerError;
import io.demitasse.sensitivity.OutputErrors;
import io.demitasse.source.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The last measurement of a run: its result against the original, for the report. */
record FinalMeasurement(
    RunContext context,
    Task task,
    Budget budget,
    Evaluator evaluator,
    ModalityMeasurement modalities) {
  /** Samples that the report shows. */
  private static final int EXAMPLES = 6;

  /** Samples without labels that the report names. */
  private static final int DIFFERENCES = 12;

  /** Recorded inputs that the errors of layers in the result are measured on. */
  private static final int LAYER_INPUTS = 2;

  /**
   * The result against the original.
   *
   * @param whole empty for a single model, which is timed as its only part
   * @param scores on samples that no choice has seen
   * @param chosenBy the same on those it was chosen by, where that explains a limit that is not
   *     kept
   * @param layerErrors how far layers are off, by part that lossy steps have changed
   */
  record Result(
      Map<String, List<TimingComparison>> timings,
      List<TimingComparison> whole,
      List<ScoreComparison> scores,
      List<ScoreComparison> chosenBy,
      List<Report.Share> shares,
      Evaluator.Showing showing,
      Map<String, List<LayerError>> layerErrors,
      Report.Checks checks) {}

  /**
   * Measures what a search has found.
   *
   * @param found what was noticed before, to be told with the rest
   */
  Result of(SearchResult small, Preparation prepared, List<String> found) {
    Map<String, List<Workload>> workloads = prepared.workloads();
    BundleFiles files = small.files();
    context.tell(new Event.Started("measuring the result against the original"));
    Evaluator.Judged judged =
        evaluator.judged(files, EXAMPLES, DIFFERENCES, accuracy(context.events()));
    List<ScoreComparison> scores = judged.scores();
    Map<String, List<TimingComparison>> timings = new LinkedHashMap<>();
    workloads.forEach(
        (part, timed) ->
            timings.put(part, evaluator.timings(part, original().files(), files, timed)));
    boolean several = original().bundle().parts().size() > 1;
    List<TimingComparison> whole = several ? List.of(whole(files)) : List.of();
    List<TimingComparison> timed =
        several ? whole : timings.values().stream().flatMap(List::stream).toList();
    List<TimingComparison> asUsed =
        several || evaluator.timedAsUsed() ? timed : asUsed(workloads, files);
    Map<String, List<LayerError>> layerErrors = layerErrors(small, prepared.recordedInputs());
    ByModality byModality = modalities.of(small, prepared.recordedInputs(), layerErrors);
    return new Result(
        timings,
        whole,
        scores,
        chosenBy(files, scores),
        several ? shares(files) : List.of(),
        judged.showing(),
        layerErrors,
        new Report.Checks(
            memory(workloads, files),
            asUsed,
            byModality,
            notes(found, late(timed, asUsed, byModality), small)));
  }

  /** What the choice was made by, where it and the judgment may say different things. */
  private List<ScoreComparison> chosenBy(BundleFiles files, List<ScoreComparison> judged) {
    return evaluator.isDivided() && judged.stream().anyMatch(budget::exceededBy)
        ? evaluator.scores(files, accuracy(context.events()))
        : List.of();
  }

  private TimingComparison whole(BundleFiles files) {
    context.tell(new Event.Started("timing the program end to end"));
    return evaluator.wholeTiming(files, BundleTiming.whole(task));
  }

  /** What a user will see, who has one session at a time and whose threads spin. */
  private List<TimingComparison> asUsed(Map<String, List<Workload>> workloads, BundleFiles files) {
    context.tell(new Event.Started("confirming the times with sessions as users open them"));
    return workloads.entrySet().stream()
        .flatMap(
            part ->
                evaluator
                    .timingsAsUsed(
                        original().files().file(part.getKey()),
                        files.file(part.getKey()),
                        part.getValue())
                    .stream())
        .toList();
  }

  /** What whoever reads the times, and whoever uses the result elsewhere, should know. */
  private static List<String> notes(List<String> found, List<String> late, SearchResult small) {
    List<String> notes = new ArrayList<>(found);
    notes.addAll(late);
    OtherProcessors.remark(small.steps()).ifPresent(notes::add);
    return notes;
  }

  /** What was noticed while the result was measured, which is warned of. */
  private List<String> late(
      List<TimingComparison> timed, List<TimingComparison> asUsed, ByModality byModality) {
    List<String> late = new ArrayList<>(TimingComparison.differing(timed, asUsed));
    evaluator.load().remark().ifPresent(late::add);
    evaluator.memoryRemark().ifPresent(late::add);
    byModality.dependence().forEach(each -> each.warning().ifPresent(late::add));
    late.forEach(note -> context.tell(new Event.Warned(note)));
    return late;
  }

  /** Peak memory of original and result, where a limit asks for it. */
  private Report.Memory memory(Map<String, List<Workload>> workloads, BundleFiles files) {
    if (budget.memory().isEmpty()) {
      return Report.Memory.NOT_ASKED;
    }
    context.tell(new Event.Started("measuring peak memory in separate processes"));
    Map<String, Map<String, Tensor>> inputs = new LinkedHashMap<>();
    workloads.forEach(
        (part, timed) ->
            timed.stream()
                .map(Workload::inputs)
                .max(Comparator.comparingLong(RecordedInputs::elements))
                .ifPresent(largest -> inputs.put(part, largest)));
    try {
      return new Report.Memory(
          PeakMemory.of(original().files(), inputs, context.threads()),
          PeakMemory.of(files, inputs, context.threads()),
          "");
    } catch (PeakMemory.Unmeasurable e) {
      context.tell(new Event.Warned("memory was not measured: " + e.getMessage()));
      return new Report.Memory(0, 0, String.valueOf(e.getMessage()));
    }
  }

  /** A part that cannot be looked into is told of, and spoils nothing that was measured before. */
  private Map<String, List<LayerError>> layerErrors(
      SearchResult small, RecordedInputs recordedInputs) {
    Map<String, List<LayerError>> errors = new LinkedHashMap<>();
    context.tell(new Event.Started("comparing the layers of the result with those before"));
    small
        .lossyChanges()
        .forEach(
            (part, changes) -> {
              OutputErrors measured =
                  new OutputErrors(
                      context.ports().runtime(), recordedInputs.smallest(part, LAYER_INPUTS));
              Model after = small.bundle().part(part);
              try {
                errors.put(part, measured.measure(changes.before(), after, changes.nodes()));
              } catch (DemitasseException e) {
                Cancellation.check();
                context.tell(
                    new Event.Warned(
                        "errors by layer of part '" + part + "' are missing: " + e.getMessage()));
              }
            });
    return errors;
  }

  /**
   * How much of what the whole saved and lost each part stands for, in the order in which the parts
   * were worked on: what one part left of the budget the next could spend.
   */
  private List<Report.Share> shares(BundleFiles files) {
    List<String> parts = original().files().largestFirst();
    List<BundleFiles> chain = new ArrayList<>();
    BundleFiles joined = original().files();
    for (String part : parts) {
      joined = joined.with(part, files);
      chain.add(joined);
    }
    List<List<ScoreComparison>> scores = evaluator.judgedScores(chain, (done, total) -> {});
    return IntStream.range(0, parts.size())
        .mapToObj(
            i ->
                new Report.Share(
                    parts.get(i),
                    original().files().bytes(parts.get(i)),
                    files.bytes(parts.get(i)),
                    files.sharedBytes(parts.get(i)),
                    scores.get(i)))
        .toList();
  }

  private Source original() {
    return context.source();
  }

  /** Tells of the samples that are scored. */
  static Evaluator.Progress accuracy(Consumer<Event> events) {
    return (done, total) -> events.accept(new Event.Advanced("accuracy", done, total));
  }
}
