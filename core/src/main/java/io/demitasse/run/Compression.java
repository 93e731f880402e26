package io.demitasse.run;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.KernelCosts;
import io.demitasse.cost.KnownCosts;
import io.demitasse.cost.MeasuredCosts;
import io.demitasse.cost.Setting;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Folds;
import io.demitasse.evaluate.PinnedRuntime;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.journal.Circumstances;
import io.demitasse.journal.JournalFile;
import io.demitasse.kernels.KernelTimer;
import io.demitasse.kernels.LayerTimes;
import io.demitasse.pipeline.Event;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.ParetoSolver;
import io.demitasse.port.Solver;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.report.Report;
import io.demitasse.report.Report.CrossValidated;
import io.demitasse.report.Version;
import io.demitasse.search.Journal;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Schedule;
import io.demitasse.search.SearchResult;
import io.demitasse.search.Settings;
import io.demitasse.search.StepwiseSearch;
import io.demitasse.source.Source;
import io.demitasse.techniques.DefaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run from the original to the measured result. */
public final class Compression {
  /** How long measuring the result takes, relative to recording. */
  private static final double MEASURING = 3;

  private final RunContext context;
  private final TaskSplits splits;
  private final Task task;
  private final String advice;
  private final Goal goal;
  private final TrainingChoice training;
  private JournalChoice journals = JournalChoice.NONE;
  private Schedule schedule = Schedule.unlimited();
  private SearchMethod method = SearchMethod.ALLOCATE;
  private SaliencyChoice saliency = SaliencyChoice.WHERE_SEVERAL;

  /** What is compared runs where nothing is random; see {@link PinnedRuntime}. */
  public Compression(RunContext context, Task task, Goal goal, TrainingChoice training) {
    this.context = context.pinned();
    this.advice = task.samples().advice();
    this.splits = task.splits(new TaskSplits.Request(training.share(), goal.budget()::limit));
    this.task = splits.choose();
    this.goal = goal;
    this.training = training;
    training.requireFitting(context.source());
  }

  public Compression with(JournalChoice chosen, Schedule ofRun, SearchMethod ofSearch) {
    journals = chosen;
    schedule = ofRun;
    method = ofSearch;
    return this;
  }

  /** When it is found out what answers hang on. */
  public Compression with(SaliencyChoice chosen) {
    saliency = chosen;
    return this;
  }

  /**
   * Does the job.
   *
   * @param recipe the steps to take; null to search
   * @param strict whether idle recipe steps and an unmet budget are errors
   */
  public RunResult run(@Nullable Recipe recipe, long seed, boolean strict) {
    Job job = new Job(Leg.of(context.source(), recipe, plan(), goal), recipe, strict);
    return remembered(seed, journal -> run(job, seed, journal, search -> List.of(search.result())))
        .getFirst();
  }

  /**
   * Searches for several results of which none beats another in size, time and loss.
   *
   * @param count how many are wanted, at least 2
   * @return at most as many, at least 1, the largest first; they hold their files together, so that
   *     to close one is to close all
   */
  public List<RunResult> front(ParetoSolver solver, int count, long seed) {
    schedule.results(count);
    List<SearchResult> front = new ArrayList<>();
    List<Leg> legs =
        Leg.ofFront(
            context.source(),
            plan(),
            (search, choices) -> front.addAll(search.front(choices, count, solver, seed)));
    Job job = new Job(legs, null, false);
    return remembered(seed, journal -> run(job, seed, journal, _ -> front));
  }

  /**
   * What is to be done.
   *
   * @param recipe whose steps the legs are; null where they are a search
   */
  private record Job(List<Leg> legs, @Nullable Recipe recipe, boolean strict) {}

  /** Has a journal remember what is measured, where one was chosen. */
  private List<RunResult> remembered(long seed, Function<Journal, List<RunResult>> run) {
    try (JournalFile file = journals.open(() -> circumstances(seed))) {
      if (file != null && file.size() > 0) {
        context.tell(
            new Event.Noted(
                String.format(
                    Locale.ROOT,
                    "resumed: %,d measurements of the run that was cut short are used again",
                    file.size())));
      }
      List<RunResult> results = run.apply(file == null ? Journal.NONE : file);
      if (file != null) {
        file.incomplete().ifPresent(why -> context.tell(new Event.Warned(why)));
      }
      return results;
    }
  }

  private List<RunResult> run(
      Job job, long seed, Journal journal, Function<StepwiseSearch, List<SearchResult>> outcome) {
    Recipe recipe = job.recipe();
    Course course = course(job.legs());
    RunContext told = context.tellingTo(course);
    Evaluator evaluator = told.evaluator(splits, training.reference(told.source()));
    course.next();
    RunRemarks remarks = new RunRemarks(told.source(), schedule, course);
    remarks.conditions(splits.sizes());
    requireMeasurable(evaluator, course);
    Preparation prepared = Preparation.of(told, task, seed);
    List<String> noted = noted(prepared, course);
    StepwiseSearch search = search(told, costs(recipe), evaluator, prepared, seed, journal);
    try {
      follow(job, search, course, remarks);
      Duration searched = schedule.elapsed();
      List<SearchResult> found = outcome.apply(search);
      ModalityMeasurement modalities =
          new ModalityMeasurement(told, splits.judge(), evaluator, saliency);
      FinalMeasurement measurement =
          new FinalMeasurement(told, task, goal.budget(), evaluator, modalities);
      List<FinalMeasurement.Result> measured =
          found.stream().map(each -> measurement.of(each, prepared, noted)).toList();
      CrossValidation folds = new CrossValidation(told, evaluator, folds(recipe), schedule, seed);
      List<RunResult> results = new ArrayList<>();
      for (int i = 0; i < found.size(); i++) {
        CrossValidated validated = folds.of(found.get(i));
        results.add(result(search, found.get(i), measured.get(i), validated, seed, job.strict()));
      }
      remarks.time(searched, search.candidates().size());
      return results;
    } catch (RuntimeException | Error e) {
      search.close();
      throw e;
    }
  }

  /** Goes the way to what is measured at the end. */
  private static void follow(Job job, StepwiseSearch search, Course course, RunRemarks remarks) {
    remarks.otherSource(job.recipe());
    for (Leg leg : job.legs()) {
      course.next();
      leg.work().accept(search);
    }
    course.next();
    if (job.recipe() != null) {
      RunRemarks.failed(search.failures(), job.strict());
      remarks.idle(search.idle(), job.strict());
    }
    remarks.untried(search.untried());
  }

  /** What a resolved recipe was calibrated on is not known: perhaps on none of these samples. */
  private Folds folds(@Nullable Recipe recipe) {
    return recipe != null && recipe.resolved()
        ? splits.folds().without("the recipe says what its steps were calibrated to")
        : splits.folds();
  }

  private RunResult result(
      StepwiseSearch search,
      SearchResult found,
      FinalMeasurement.Result measured,
      CrossValidated validated,
      long seed,
      boolean strict) {
    Source source = context.source();
    Recipe resolved =
        new Recipe(found.steps(), task.name(), goal.budget(), seed, true, source.sha256());
    Report report =
        new Reporting(context, splits, goal.budget()).report(found, resolved, measured, validated);
    requireMet(report, strict);
    Cancellation.check();
    return new RunResult(context.ports().format(), source, found, report, resolved, advice, search);
  }

  private DefaultPlan plan() {
    boolean calibrated = !task.calibration().synthetic();
    return DefaultPlan.of(
        goal,
        Knowledge.here(context.source().files(), calibrated, calibrated && training.trains()));
  }

  /** What measurements depend on beside what is measured. */
  private Circumstances circumstances(long seed) {
    return new Circumstances(
        Version.TEXT,
        context.source().fingerprint(),
        task.name()
            + " of "
            + task.program().name()
            + " "
            + journals.taskOptions()
            + training.fingerprint(),
        Circumstances.data(task.samples(), task.calibration()),
        context.ports().runtime().version(),
        Reporting.machine(),
        context.threads(),
        context.effort().toString(),
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
    CostFile file = costFile();
    CostFile.Content kept = file.read();
    kept.ignored()
        .ifPresent(
            why ->
                context.tell(
                    new Event.Warned(
                        "the costs of kernels in " + file.path() + " are not used: " + why)));
    return new MeasuredCosts(kept.costs());
  }

  private CostFile costFile() {
    return CostFile.of(Setting.here(context.ports().runtime().version(), context.threads()));
  }

  private LayerTimes layerTimes(RunContext told) {
    KernelTimer timer = KernelTimer.of(told.ports().runtime(), told.threads());
    return new LayerTimes(timer, costFile(), told.events());
  }

  private StepwiseSearch search(
      RunContext told,
      KernelCosts costs,
      Evaluator evaluator,
      Preparation prepared,
      long seed,
      Journal journal) {
    Source source = told.source();
    Pipeline pipeline =
        new Pipeline(told.ports().runtime(), source.bundle(), task, seed)
            .with(prepared.recordedInputs())
            .with(costs)
            .with(toTrainOn(told));
    return new StepwiseSearch(
        told.ports(),
        pipeline,
        evaluator,
        new StepwiseSearch.Original(source.bundle(), source.files(), source.sha256()),
        new Settings(
            prepared.recordedInputs(),
            prepared.workloads(),
            prepared.compared(),
            goal,
            told.threads(),
            journal,
            schedule,
            method,
            Solver.find(),
            Optional.of(layerTimes(told)),
            told.events()));
  }

  private TrainingSamples toTrainOn(RunContext told) {
    Source source = told.source();
    return new TrainingSamples(
        told.ports().runtime(),
        source.bundle(),
        source.files(),
        splits,
        training.bundles(),
        told.threads(),
        told.memory().ofTraining(),
        schedule::timeToLearn,
        training.device());
  }

  /** The steps of the run: recording, those on the way to the result, and measuring it. */
  private Course course(List<Leg> legs) {
    List<Double> weights = new ArrayList<>(List.of(1.0));
    legs.forEach(leg -> weights.add(leg.weight()));
    weights.add(MEASURING);
    return new Course(weights, context.events(), System::nanoTime);
  }

  /** What is told with the result, and warned of where it is no choice of the caller's. */
  private List<String> noted(Preparation prepared, Consumer<Event> events) {
    prepared.found().forEach(note -> events.accept(new Event.Warned(note)));
    return Stream.concat(purpose(), prepared.found().stream()).toList();
  }

  /** What is not usual is told with the result. */
  private Stream<String> purpose() {
    Preset preset = goal.preset();
    List<String> unusual = new ArrayList<>();
    if (preset != Preset.SERVER) {
      unusual.add("made with the preset " + preset.text() + ": " + preset.purpose());
    }
    if (goal.preference() != preset.preference()) {
      unusual.add("of size and time, " + goal.preference().text() + " was preferred");
    }
    if (training.teachers().size() == 1) {
      unusual.add(
          "scores are compared with those of the teacher "
              + training.teachers().keySet().iterator().next()
              + ", times and sizes with the student's as it was");
    }
    if (goal.anyProcessor() != preset.anyProcessor()) {
      unusual.add("made for any processor: weights that are multiplied as integers have 7 bits");
    }
    return unusual.stream();
  }

  /** Which metrics there are may depend on the outputs of the original, so it runs first. */
  private void requireMeasurable(Evaluator evaluator, Consumer<Event> events) {
    if (!goal.budget().drops().isEmpty()) {
      events.accept(new Event.Started("finding out which metrics there are"));
      goal.budget()
          .requireMeasurable(evaluator.metrics(FinalMeasurement.accuracy(events)), task.name());
    }
  }
}
