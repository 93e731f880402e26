package io.demitasse;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.KernelCosts;
import io.demitasse.cost.KnownCosts;
import io.demitasse.cost.MeasuredCosts;
import io.demitasse.cost.Setting;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.PinnedRuntime;
import io.demitasse.evaluate.Probes;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.SelfAgreement;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.Workload;
import io.demitasse.evaluate.Workloads;
import io.demitasse.journal.Circumstances;
import io.demitasse.journal.JournalFile;
import io.demitasse.pipeline.Event;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Recipe;
import io.demitasse.report.Report;
import io.demitasse.search.Journal;
import io.demitasse.search.Schedule;
import io.demitasse.search.Settings;
import io.demitasse.search.StepwiseSearch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run from the original to the measured result. */
final class Compression {
  /** How long measuring the result takes, relative to recording. */
  private static final double MEASURING = 3;

  /** Nothing here changes weights by training, so no sample is kept for it. */
  private static final double TRAINING = 0;

  private final Ports ports;
  private final Source source;
  private final TaskSplits splits;
  private final Task task;
  private final String advice;
  private final Budget budget;
  private final Preset preset;
  private int threads = 1;
  private PairedTiming.Effort effort = PairedTiming.Effort.QUICK;
  private Consumer<Event> events = event -> {};
  private JournalChoice journals = JournalChoice.NONE;
  private Schedule schedule = Schedule.unlimited();

  /** What is compared runs where nothing is random; see {@link PinnedRuntime}. */
  Compression(Ports ports, Source source, Task task, Budget budget, Preset preset) {
    this.ports = new Ports(ports.format(), PinnedRuntime.of(ports, source.bundle()));
    this.source = source;
    this.advice = task.samples().advice();
    this.splits = task.splits(new TaskSplits.Request(TRAINING, budget::limit));
    this.task = splits.choose();
    this.budget = budget;
    this.preset = preset;
  }

  Compression with(int newThreads, PairedTiming.Effort newEffort, Consumer<Event> listener) {
    threads = newThreads;
    effort = newEffort;
    events = listener;
    return this;
  }

  Compression with(JournalChoice chosen, Schedule ofRun) {
    journals = chosen;
    schedule = ofRun;
    return this;
  }

  /**
   * @param recipe the steps to take; null to search
   * @param strict whether idle recipe steps and an unmet budget are errors
   */
  Compressed run(@Nullable Recipe recipe, long seed, boolean strict) {
    try (JournalFile file = journals.open(() -> circumstances(seed))) {
      if (file != null && file.size() > 0) {
        events.accept(
            new Event.Noted(
                String.format(
                    Locale.ROOT,
                    "resumed: %,d measurements of the run that was cut short are used again",
                    file.size())));
      }
      Compressed compressed = run(recipe, seed, strict, file == null ? Journal.NONE : file);
      if (file != null) {
        file.incomplete().ifPresent(why -> events.accept(new Event.Warned(why)));
      }
      return compressed;
    }
  }

  private Compressed run(@Nullable Recipe recipe, long seed, boolean strict, Journal journal) {
    Evaluator evaluator = new Evaluator(ports, source.files(), splits, threads, effort);
    List<Leg> legs = Leg.of(source, recipe, preset);
    Course course = course(legs);
    events = course;
    course.next();
    RunRemarks remarks = new RunRemarks(source, schedule, events);
    remarks.conditions(splits.sizes());
    requireMeasurable(evaluator);
    events.accept(new Event.Started("recording inputs of each part"));
    RecordedInputs recordedInputs =
        RecordedInputs.of(ports.runtime(), source.files(), task, threads);
    Map<String, List<Workload>> workloads =
        Workloads.of(recordedInputs, source.bundle().parts(), task.program().takesBatches());
    List<String> found = noted(recordedInputs);
    StepwiseSearch search =
        search(costs(recipe), evaluator, recordedInputs, workloads, seed, journal);
    try {
      remarks.otherSource(recipe);
      for (Leg leg : legs) {
        course.next();
        leg.work().accept(search);
      }
      course.next();
      if (recipe != null) {
        remarks.idle(search.idle(), strict);
      }
      remarks.untried(search.untried());
      Duration searched = schedule.elapsed();
      FinalMeasurement.Result result =
          new FinalMeasurement(ports, source, task, budget, evaluator, threads, events)
              .of(search, workloads, recordedInputs, found);
      remarks.time(searched, search.candidates().size());
      return compressed(search, result, seed, strict);
    } catch (RuntimeException | Error e) {
      search.close();
      throw e;
    }
  }

  private Compressed compressed(
      StepwiseSearch search, FinalMeasurement.Result result, long seed, boolean strict) {
    Recipe resolved = new Recipe(search.steps(), task.name(), budget, seed, true, source.sha256());
    Report report =
        new Reporting(source, splits, budget, threads).report(search, resolved, result, ports);
    requireMet(report, strict);
    Cancellation.check();
    return new Compressed(ports, source, search, report, resolved, advice);
  }

  /** What measurements depend on beside what is measured. */
  private Circumstances circumstances(long seed) {
    return new Circumstances(
        Version.TEXT,
        source.fingerprint(),
        task.name() + " of " + task.program().name() + " " + journals.taskOptions(),
        Circumstances.data(task.samples(), task.calibration()),
        ports.runtime().version(),
        Reporting.machine(),
        threads,
        effort.toString(),
        seed);
  }

  private static void requireMet(Report report, boolean strict) {
    if (strict && !report.budget().met()) {
      throw DemitasseException.badRequest(
          "The budget is not met: " + String.join("; ", report.budget().reasons()) + ".");
    }
  }

  /**
   * What was measured of kernels on this machine before; nothing is measured here. A resolved
   * recipe does the same on all machines.
   */
  private KernelCosts costs(@Nullable Recipe recipe) {
    if (recipe != null && recipe.resolved()) {
      return KnownCosts.INSTANCE;
    }
    CostFile file = CostFile.of(Setting.here(ports.runtime().version(), threads));
    CostFile.Content kept = file.read();
    kept.ignored()
        .ifPresent(
            why ->
                events.accept(
                    new Event.Warned(
                        "the costs of kernels in " + file.path() + " are not used: " + why)));
    return new MeasuredCosts(kept.costs());
  }

  private StepwiseSearch search(
      KernelCosts costs,
      Evaluator evaluator,
      RecordedInputs recordedInputs,
      Map<String, List<Workload>> workloads,
      long seed,
      Journal journal) {
    return new StepwiseSearch(
        ports,
        new Pipeline(ports.runtime(), source.bundle(), task, seed).with(recordedInputs).with(costs),
        evaluator,
        new StepwiseSearch.Original(source.bundle(), source.files(), source.sha256()),
        new Settings(
            recordedInputs,
            workloads,
            compared(workloads, seed),
            budget,
            preset,
            threads,
            journal,
            schedule,
            events));
  }

  /** The steps of the run: recording, those on the way to the result, and measuring it. */
  private Course course(List<Leg> legs) {
    List<Double> weights = new ArrayList<>(List.of(1.0));
    legs.forEach(leg -> weights.add(leg.weight()));
    weights.add(MEASURING);
    return new Course(weights, events, System::nanoTime);
  }

  /** What is told with the result, and warned of where it is no choice of the caller's. */
  private List<String> noted(RecordedInputs recordedInputs) {
    List<String> noted = selfAgreement(recordedInputs);
    noted.forEach(note -> events.accept(new Event.Warned(note)));
    return Stream.concat(purpose(), noted.stream()).toList();
  }

  /** What is not the usual purpose is told with the result. */
  private Stream<String> purpose() {
    return preset == Preset.SERVER
        ? Stream.empty()
        : Stream.of("made with the preset " + preset.text() + ": " + preset.purpose());
  }

  /** What each part gives twice for the same inputs. */
  private List<String> selfAgreement(RecordedInputs recordedInputs) {
    List<String> notes = new ArrayList<>();
    source
        .bundle()
        .parts()
        .forEach(
            (part, model) ->
                recordedInputs.smallest(part, 1).stream()
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
      events.accept(new Event.Started("finding out which metrics there are"));
      budget.requireMeasurable(evaluator.metrics(FinalMeasurement.accuracy(events)), task.name());
    }
  }
}
