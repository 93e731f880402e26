package io.demitasse;

import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.PeakMemory;
import io.demitasse.evaluate.PinnedRuntime;
import io.demitasse.evaluate.Probes;
import io.demitasse.evaluate.Recordings;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.SelfAgreement;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.evaluate.Workloads;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Event;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Recipe;
import io.demitasse.report.Report;
import io.demitasse.search.DefaultPlan;
import io.demitasse.search.Settings;
import io.demitasse.search.StepwiseSearch;
import io.demitasse.sensitivity.LayerError;
import io.demitasse.sensitivity.OutputErrors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run from the original to the measured result. */
final class Compression {
  /** Samples that the report shows. */
  private static final int EXHIBITS = 6;

  /** Samples without labels that the report names. */
  private static final int DIFFERENCES = 12;

  /** Recorded inputs that the errors of layers in the result are measured on. */
  private static final int LAYER_INPUTS = 2;

  /** How long measuring the result takes, relative to recording. */
  private static final double MEASURING = 3;

  private final Ports ports;
  private final Source source;
  private final Task task;
  private final Budget budget;
  private final Preset preset;
  private int threads = 1;
  private PairedTiming.Effort effort = PairedTiming.Effort.QUICK;
  private Consumer<Event> events = event -> {};
  private List<String> found = List.of();

  /** What is compared runs where nothing is random; see {@link PinnedRuntime}. */
  Compression(Ports ports, Source source, Task task, Budget budget, Preset preset) {
    this.ports = new Ports(ports.format(), PinnedRuntime.of(ports, source.bundle()));
    this.source = source;
    this.task = task;
    this.budget = budget;
    this.preset = preset;
  }

  Compression with(int newThreads, PairedTiming.Effort newEffort, Consumer<Event> listener) {
    threads = newThreads;
    effort = newEffort;
    events = listener;
    return this;
  }

  /**
   * @param recipe the steps to take; null to search
   * @param strict whether idle recipe steps and an unmet budget are errors
   */
  Compressed run(@Nullable Recipe recipe, long seed, boolean strict) {
    Evaluator evaluator = new Evaluator(ports.runtime(), source.files(), task, threads, effort);
    List<Leg> legs = Leg.of(source, recipe, preset);
    Course course = course(legs);
    events = course;
    course.next();
    requireMeasurable(evaluator);
    events.accept(new Event.Started("record what flows into each part"));
    Recordings recordings = Recordings.of(ports.runtime(), source.files(), task, threads);
    Map<String, List<Workload>> workloads =
        Workloads.of(recordings, source.bundle().parts(), task.program().takesBatches());
    List<String> noted = selfAgreement(recordings);
    noted.forEach(note -> events.accept(new Event.Warned(note)));
    found = Stream.concat(purpose(), noted.stream()).toList();
    StepwiseSearch search = search(evaluator, recordings, workloads, seed);
    try {
      warnOfAnotherSource(recipe);
      for (Leg leg : legs) {
        course.next();
        leg.work().accept(search);
      }
      course.next();
      if (recipe != null) {
        tellIdle(search.idle(), strict);
      }
      Result result = measure(evaluator, workloads, search, recordings);
      Recipe resolved =
          new Recipe(search.steps(), task.name(), budget, seed, true, source.sha256());
      Report report =
          new Reporting(source, task, budget, threads).report(search, resolved, result, ports);
      requireMet(report, strict);
      Cancellation.check();
      return new Compressed(ports, source, search, report, resolved, task.samples().advice());
    } catch (RuntimeException | Error e) {
      search.close();
      throw e;
    }
  }

  private static void requireMet(Report report, boolean strict) {
    if (strict && !report.budget().met()) {
      throw DemitasseException.badRequest(
          "The budget is not met: " + String.join("; ", report.budget().reasons()) + ".");
    }
  }

  private StepwiseSearch search(
      Evaluator evaluator,
      Recordings recordings,
      Map<String, List<Workload>> workloads,
      long seed) {
    return new StepwiseSearch(
        ports,
        new Pipeline(ports.runtime(), source.bundle(), task, seed).with(recordings),
        evaluator,
        new StepwiseSearch.Original(source.bundle(), source.files()),
        new Settings(
            recordings, workloads, compared(workloads, seed), budget, preset, threads, events));
  }

  /** The steps of the run: recording, those on the way to the result, and measuring it. */
  private Course course(List<Leg> legs) {
    List<Double> weights = new ArrayList<>(List.of(1.0));
    legs.forEach(leg -> weights.add(leg.weight()));
    weights.add(MEASURING);
    return new Course(weights, events, System::nanoTime);
  }

  /** What is not the usual purpose is told with the result. */
  private Stream<String> purpose() {
    return preset == Preset.SERVER
        ? Stream.empty()
        : Stream.of("made with the preset " + preset.text() + ": " + preset.purpose());
  }

  /** What each part gives twice for the same inputs. */
  private List<String> selfAgreement(Recordings recordings) {
    List<String> notes = new ArrayList<>();
    source
        .bundle()
        .parts()
        .forEach(
            (part, model) ->
                recordings.smallest(part, 1).stream()
                    .flatMap(
                        inputs ->
                            SelfAgreement.notes(
                                ports.runtime(), source.files().file(part), model, inputs)
                                .stream())
                    .map(note -> source.isFolder() ? part + ": " + note : note)
                    .forEach(notes::add));
    return notes;
  }

  /** Without data, what is recorded are invented inputs of one kind: exact steps see more. */
  private Map<String, List<Workload>> compared(Map<String, List<Workload>> workloads, long seed) {
    Map<String, List<Workload>> compared = new LinkedHashMap<>(workloads);
    if (!task.samples().synthetic()) {
      return compared;
    }
    workloads.forEach(
        (part, timed) -> {
          if (timed.isEmpty()) {
            return;
          }
          Probes probes =
              Probes.of(
                  ports.runtime(),
                  source.files().file(part),
                  source.bundle().part(part).graph(),
                  timed.getFirst().inputs(),
                  seed);
          List<Workload> all = new ArrayList<>(timed);
          all.addAll(probes.workloads());
          compared.put(part, all);
          if (probes.leftOut() > 0) {
            events.accept(
                new Event.Noted(
                    "exact steps are compared on "
                        + all.size()
                        + " kinds of inputs; "
                        + probes.leftOut()
                        + " more were left out, since the original cannot run them"));
          }
        });
    return compared;
  }

  /** Which metrics there are may depend on the outputs of the original, so it runs first. */
  private void requireMeasurable(Evaluator evaluator) {
    if (!budget.drops().isEmpty()) {
      events.accept(new Event.Started("find out which metrics there are"));
      budget.requireMeasurable(evaluator.metrics(accuracy()), task.name());
    }
  }

  /** A step that someone wrote down and that does nothing is probably a mistake. */
  private void tellIdle(List<String> idle, boolean strict) {
    if (strict && !idle.isEmpty()) {
      throw DemitasseException.badRequest(
          "Steps of the recipe changed nothing: " + String.join("; ", idle) + ".");
    }
    idle.forEach(step -> events.accept(new Event.Warned(step)));
  }

  private void warnOfAnotherSource(@Nullable Recipe recipe) {
    if (recipe != null
        && recipe.resolved()
        && !recipe.source().isEmpty()
        && !recipe.source().equals(source.sha256())) {
      events.accept(
          new Event.Warned(
              "the recipe was made for another model: its choices were not measured on this one"));
    }
  }

  /**
   * The result against the original.
   *
   * @param whole empty for a single model, which is timed as its only part
   * @param layerErrors how far layers are off, by part that lossy steps have changed
   */
  record Result(
      Map<String, List<TimingComparison>> timings,
      List<TimingComparison> whole,
      List<ScoreComparison> scores,
      List<Report.Share> shares,
      Evaluator.Showing showing,
      Map<String, List<LayerError>> layerErrors,
      Report.Checks checks) {}

  private Result measure(
      Evaluator evaluator,
      Map<String, List<Workload>> workloads,
      StepwiseSearch search,
      Recordings recordings) {
    BundleFiles files = search.files();
    events.accept(new Event.Started("measure the result against the original"));
    List<ScoreComparison> scores = scores(evaluator, files);
    Map<String, List<TimingComparison>> timings = new LinkedHashMap<>();
    workloads.forEach(
        (part, timed) -> timings.put(part, evaluator.timings(part, source.files(), files, timed)));
    boolean several = source.bundle().parts().size() > 1;
    List<TimingComparison> whole =
        several ? List.of(evaluator.wholeTiming(files, BundleTiming.whole(task))) : List.of();
    List<TimingComparison> asUsed = asUsed(evaluator, workloads, files);
    List<TimingComparison> timed =
        several ? whole : timings.values().stream().flatMap(List::stream).toList();
    return new Result(
        timings,
        whole,
        scores,
        several ? shares(evaluator, files) : List.of(),
        evaluator.showing(files, EXHIBITS, DIFFERENCES),
        layerErrors(search, recordings),
        new Report.Checks(memory(workloads, files), asUsed, notes(evaluator, timed, asUsed)));
  }

  /** What a user will see, who has one session at a time and whose threads spin. */
  private List<TimingComparison> asUsed(
      Evaluator evaluator, Map<String, List<Workload>> workloads, BundleFiles files) {
    events.accept(new Event.Started("confirm the times with sessions as they are usually opened"));
    return source.bundle().parts().size() > 1
        ? List.of(evaluator.wholeTimingAsUsed(files, BundleTiming.whole(task)))
        : workloads.entrySet().stream()
            .flatMap(
                part ->
                    evaluator
                        .timingsAsUsed(
                            source.files().file(part.getKey()),
                            files.file(part.getKey()),
                            part.getValue())
                        .stream())
            .toList();
  }

  /** What whoever reads the times should know. */
  private List<String> notes(
      Evaluator evaluator, List<TimingComparison> timed, List<TimingComparison> asUsed) {
    List<String> late = new ArrayList<>(TimingComparison.differing(timed, asUsed));
    evaluator.load().remark().ifPresent(late::add);
    evaluator.memoryRemark().ifPresent(late::add);
    late.forEach(note -> events.accept(new Event.Warned(note)));
    List<String> notes = new ArrayList<>(found);
    notes.addAll(late);
    return notes;
  }

  /** Peak memory of original and result, where a limit asks for it. */
  private Report.Memory memory(Map<String, List<Workload>> workloads, BundleFiles files) {
    if (budget.memory().isEmpty()) {
      return Report.Memory.NOT_ASKED;
    }
    events.accept(new Event.Started("measure memory in processes of their own"));
    Map<String, Map<String, Tensor>> inputs = new LinkedHashMap<>();
    workloads.forEach(
        (part, timed) ->
            timed.stream()
                .map(Workload::inputs)
                .max(Comparator.comparingLong(Recordings::elements))
                .ifPresent(largest -> inputs.put(part, largest)));
    try {
      return new Report.Memory(
          PeakMemory.of(source.files(), inputs, threads),
          PeakMemory.of(files, inputs, threads),
          "");
    } catch (PeakMemory.Unmeasurable e) {
      events.accept(new Event.Warned("memory was not measured: " + e.getMessage()));
      return new Report.Memory(0, 0, String.valueOf(e.getMessage()));
    }
  }

  /** A part that cannot be looked into is told of, and spoils nothing that was measured before. */
  private Map<String, List<LayerError>> layerErrors(StepwiseSearch search, Recordings recordings) {
    Map<String, List<LayerError>> errors = new LinkedHashMap<>();
    events.accept(new Event.Started("compare the layers of the result with those before"));
    search
        .lossyChanges()
        .forEach(
            (part, changes) -> {
              OutputErrors measured =
                  new OutputErrors(ports.runtime(), recordings.smallest(part, LAYER_INPUTS));
              Model after = search.bundle().part(part);
              try {
                errors.put(part, measured.measure(changes.before(), after, changes.nodes()));
              } catch (DemitasseException e) {
                Cancellation.check();
                events.accept(
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
  private List<Report.Share> shares(Evaluator evaluator, BundleFiles files) {
    List<String> parts = DefaultPlan.order(source.files());
    List<BundleFiles> chain = new ArrayList<>();
    BundleFiles joined = source.files();
    for (String part : parts) {
      joined = joined.with(part, files);
      chain.add(joined);
    }
    List<List<ScoreComparison>> scores = evaluator.scores(chain, (done, total) -> {});
    return IntStream.range(0, parts.size())
        .mapToObj(
            i ->
                new Report.Share(
                    parts.get(i),
                    source.files().bytes(parts.get(i)),
                    files.bytes(parts.get(i)),
                    files.sharedBytes(parts.get(i)),
                    scores.get(i)))
        .toList();
  }

  private List<ScoreComparison> scores(Evaluator evaluator, BundleFiles files) {
    return evaluator.scores(files, accuracy());
  }

  private Evaluator.Progress accuracy() {
    return (done, total) -> events.accept(new Event.Advanced("accuracy", done, total));
  }
}
