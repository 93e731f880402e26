package io.demitasse;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.Task;
import io.demitasse.pipeline.Event;
import io.demitasse.port.ParetoSolver;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.result.Output;
import io.demitasse.result.Reservation;
import io.demitasse.result.ResultWriter;
import io.demitasse.run.BundleTimes;
import io.demitasse.run.Compression;
import io.demitasse.run.Contest;
import io.demitasse.run.Evaluation;
import io.demitasse.run.Forecast;
import io.demitasse.run.Forecasting;
import io.demitasse.run.JournalChoice;
import io.demitasse.run.PlanChoice;
import io.demitasse.run.QuickCompression;
import io.demitasse.run.RecipeCheck;
import io.demitasse.run.RecipeChecker;
import io.demitasse.run.SaliencyChoice;
import io.demitasse.run.TaskChoice;
import io.demitasse.run.WorkChoice;
import io.demitasse.search.Schedule;
import io.demitasse.source.Companions;
import io.demitasse.source.InputFiles;
import io.demitasse.source.Source;
import io.demitasse.source.UndescribedFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes a model small: the job of {@code demitasse compress} for a Java program.
 *
 * <pre>{@code
 * Compressed small =
 *     Demitasse.open(Path.of("model.onnx"))
 *         .data(Path.of("texts.txt"))
 *         .budget("size<=30%, drop<=1%")
 *         .compress();
 * small.writeTo(Path.of("small.onnx"));
 * }</pre>
 *
 * <p>The model is not changed. Instances are used by one thread; interrupting it cancels what it
 * does, see {@link Cancellation}.
 */
public final class Demitasse {
  private final WorkChoice work;
  private final Source source;
  private final TaskChoice task = new TaskChoice();
  private final PlanChoice plan = new PlanChoice();
  private JournalChoice journal = JournalChoice.NONE;
  private boolean strict;
  private boolean quick;
  private final Set<Path> kept = new LinkedHashSet<>();

  private Demitasse(Ports ports, Path model) {
    this.work = new WorkChoice(ports);
    this.source = Source.read(model, ports.format());
  }

  /**
   * Opens a model file, the folder of one with what lies beside it, or that of a bundle.
   *
   * @throws DemitasseException (bad request) when there is none; (bad model) when it cannot be read
   */
  public static Demitasse open(Path model) {
    return Cancellation.heeded(() -> new Demitasse(Ports.find(), model));
  }

  /** A folder of models, and what they are to each other. */
  public static UndescribedFolder folder(Path path) {
    return UndescribedFolder.of(path);
  }

  /**
   * What the model is for. Without one it is the task of the program's own name, where there is one
   * and no data are given, else agreement with the original.
   */
  public Demitasse task(String name) {
    task.name(name);
    return this;
  }

  /** What the model is for, with samples, scores and program of its own: all else is ignored. */
  public Demitasse task(Task own) {
    task.whole(own);
    return this;
  }

  /** A setting of the task, such as {@code pooling} for text embeddings. */
  public Demitasse taskOption(String name, String value) {
    task.option(name, value);
    return this;
  }

  /** Samples: a file or folder of what the model takes. Without any, inputs are invented. */
  public Demitasse data(Path path) {
    task.data(path);
    return this;
  }

  /** Samples that this program has or makes, without labels: agreement with the original. */
  public Demitasse data(Samples given) {
    task.samples(given);
    return this;
  }

  /**
   * Limits such as {@code size<=30%, latency<=20ms, memory<=1GB, drop<=1%, drop(cosine)<=2%}.
   *
   * @throws DemitasseException (bad request) telling what is wrong with each that is not understood
   */
  public Demitasse budget(String limits) {
    plan.budget(Budget.parse(limits));
    return this;
  }

  /**
   * The steps to take, instead of a search. Files that they found out are read here; {@link
   * Recipe#retrained} trains anew what they have learned.
   */
  public Demitasse recipe(Recipe steps) {
    plan.recipe(steps);
    steps.found().forEach(tensors -> tensors.file().ifPresent(kept::add));
    return this;
  }

  /**
   * Lets steps that train learn from another model, which takes the same inputs, and compares
   * scores with its. May be called several times.
   *
   * @throws DemitasseException (bad request) when there is none; (bad model) when it cannot be read
   */
  public Demitasse teacher(Path model) {
    plan.teacher(Source.read(model, work.ports().format()));
    kept.add(model);
    return this;
  }

  /** What steps that train compute on: {@code cpu}, or {@code cuda} where that can be used. */
  public Demitasse device(String name) {
    plan.device(name);
    return this;
  }

  public Demitasse seed(long newSeed) {
    plan.seed(newSeed);
    return this;
  }

  /** Threads to run and write with, at least 1; the written bytes do not depend on it. */
  public Demitasse threads(int count) {
    work.threads(count);
    return this;
  }

  /** Bytes that a run may take beyond the weights, at least 1; else what the machine has left. */
  public Demitasse memory(long bytes) {
    work.memory(bytes);
    return this;
  }

  /** Sizes of open dimensions of invented inputs, by name or as {@code x[2]}. */
  public Demitasse sizes(Map<String, Long> ofDimensions) {
    task.sizes(ofDimensions);
    return this;
  }

  /** What the result is for; without it {@link Preset#SERVER}. It does not go with a recipe. */
  public Demitasse preset(Preset purpose) {
    plan.preset(purpose);
    return this;
  }

  /** What counts more of size and time; without it the preset tells. Nothing gets slower by it. */
  public Demitasse prefer(Preference ofSizeAndTime) {
    plan.preference(ofSizeAndTime);
    return this;
  }

  /** How it is decided what to try; without it layers are given the forms that serve best. */
  public Demitasse search(SearchMethod method) {
    plan.method(method);
    return this;
  }

  /** Gives weights 7 bits where older x86 processors would cut off sums of products of 8. */
  public Demitasse anyProcessor() {
    plan.anyProcessor();
    return this;
  }

  /**
   * Options of {@code distill} and {@code train-quantized} such as {@code flip=true}, by which a
   * search wins accuracy back where {@link #time} limits it.
   */
  public Demitasse recovery(Map<String, String> options) {
    plan.recovery(options);
    return this;
  }

  /** Whether a recipe step that changes nothing, and a budget that is not met, are errors. */
  public Demitasse strict(boolean errors) {
    strict = errors;
    return this;
  }

  /** Takes the steps that are most likely good, in seconds, and measures nothing. */
  public Demitasse quick() {
    quick = true;
    return this;
  }

  /** When it is found out what answers of the original and the result hang on, for the report. */
  public Demitasse saliency(SaliencyChoice when) {
    plan.saliency(when);
    return this;
  }

  /** How long to time. */
  public Demitasse effort(PairedTiming.Effort timing) {
    work.effort(timing);
    return this;
  }

  /** How long the whole run may take: what is not tried by then is left out, and told of. */
  public Demitasse time(Duration whole) {
    plan.time(whole);
    return this;
  }

  /**
   * Ends the search as soon as may be, so that the best found so far is measured and given. May be
   * called by any thread; interrupting the thread that works gives nothing.
   */
  public void stop() {
    plan.stop();
  }

  /**
   * Writes down what is measured in a file as it happens. The file stays.
   *
   * @param resume whether to go on with what the file of a run holds that was cut short; else a
   *     file that is there is replaced
   */
  public Demitasse journal(Path file, boolean resume) {
    journal = new JournalChoice(file, resume, Map.of());
    return this;
  }

  /** Who is told what happens while it happens. */
  public Demitasse events(Consumer<Event> listener) {
    work.events(listener);
    return this;
  }

  /** A file that the caller reads for this job, such as the recipe's: it is never replaced. */
  public Demitasse keep(Path file) {
    kept.add(file);
    return this;
  }

  /**
   * Holds the place of the result, so that what is in the way is found before the work begins.
   *
   * @param replace whether the model that is there may be replaced, and what Demitasse wrote beside
   *     it; never what is read, and nothing of anyone else
   * @throws DemitasseException (bad request) when nothing can be written there, saying why
   */
  public Reservation reserve(Path destination, boolean replace) {
    Set<Path> read = InputFiles.of(source, kept, task.data(), task.options().values());
    return ResultWriter.reserve(source, read, Output.of(source.path(), destination), replace);
  }

  /**
   * Does the job.
   *
   * @return the result, in memory and in temporary files until it is closed
   * @throws DemitasseException when the request, the model or the data do not permit it;
   *     (cancelled) when this thread was interrupted, with nothing left behind
   */
  public Compressed compress() {
    Companions.of(source).account().ifPresent(left -> work.tell(new Event.Noted(left)));
    return reading(this::compressed);
  }

  private <T> T reading(Supplier<T> work) {
    return Cancellation.heeded(() -> source.whileReading(work));
  }

  private Compressed compressed() {
    Schedule schedule = plan.schedule();
    plan.requireOne();
    if (quick) {
      QuickCompression.requireNothingElse(plan.recipe(), plan.givenBudget(), strict);
    }
    try (Program program = source.program(task.options())) {
      return new Compressed(
          quick
              ? new QuickCompression(work.context(source), openTask(program), plan.goal())
                  .run(plan.seed())
              : compression(program, schedule).run(plan.recipe(), plan.seed(), strict));
    }
  }

  private Compression compression(Program program, Schedule schedule) {
    return new Compression(work.context(source), openTask(program), plan.goal(), plan.training())
        .with(journal.with(task.options()), schedule, plan.method())
        .with(plan.saliency());
  }

  /**
   * Does the job for several results in place of one: none beats another in size, time and loss,
   * and the last is the smallest. The first has exact steps alone and loses nothing.
   *
   * @param count how many are wanted, at least 2; there may be fewer
   * @throws DemitasseException as {@link #compress} does; (backend failed) without a solver
   */
  public Front front(int count) {
    return reading(() -> searchedFront(count));
  }

  private Front searchedFront(int count) {
    Schedule schedule = plan.schedule();
    ParetoSolver solver = plan.requireFront(count, quick);
    try (Program program = source.program(task.options())) {
      return new Front(
          compression(program, schedule).front(solver, count, plan.seed()).stream()
              .map(Compressed::new)
              .toList());
    }
  }

  /** Tells what {@link #compress} would try, and throws what it does; nothing is measured. */
  public Forecast forecast() {
    return reading(this::forecasted);
  }

  private Forecast forecasted() {
    plan.requireOne();
    try (Program program = source.program(task.options())) {
      return Forecasting.of(
          work.context(source), openTask(program), plan.recipe(), plan.goal(), plan.seed());
    }
  }

  /**
   * Tells whether a recipe fits this model, by applying its steps without measuring anything. A
   * step that needs data and holds no calibration is not applied.
   */
  public RecipeCheck check(Recipe steps) {
    return source.whileReading(() -> RecipeChecker.check(work.ports(), source, steps));
  }

  /**
   * Judges another model by the task, sample by sample against this one.
   *
   * @param model takes the inputs that this one takes
   * @throws DemitasseException when the request, one of the models or the data do not permit it;
   *     (cancelled) when this thread was interrupted
   */
  public Evaluation evaluate(Path model) {
    return contest(model).evaluation();
  }

  /**
   * Times another bundle against this one, as a whole and part by part, in pairs of fresh sessions,
   * on what flows through this one. It throws what {@link #evaluate} does.
   *
   * @param bundle parts of the same names take the inputs that these take
   */
  public BundleTimes time(Path bundle) {
    return contest(bundle).times();
  }

  private Contest contest(Path other) {
    return new Contest(
        work.context(source), other, () -> source.program(task.options()), this::openTask);
  }

  private Task openTask(Program program) {
    return task.open(work.context(source), program, plan, work.memory());
  }
}
