package io.demitasse.run;

import io.demitasse.error.DemitasseException;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.tune.Distill;
import io.demitasse.passes.tune.TrainQuantized;
import io.demitasse.port.ParetoSolver;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.search.Schedule;
import io.demitasse.source.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a caller chose of what is to be tried and kept; the rest follows from a recipe or is usual.
 */
public final class PlanChoice {
  /** What searches win accuracy back by. */
  private static final List<Class<? extends Pass>> RECOVERING =
      List.of(Distill.class, TrainQuantized.class);

  private @Nullable Budget budget;
  private @Nullable Recipe recipe;
  private @Nullable Preset preset;
  private @Nullable Preference preference;
  private boolean anyProcessor;
  private Map<String, String> recovery = Map.of();
  private @Nullable Duration time;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private SearchMethod method = SearchMethod.ALLOCATE;
  private SaliencyChoice saliency = SaliencyChoice.WHERE_SEVERAL;
  private long seed = 7;
  private final Map<String, Source> teachers = new LinkedHashMap<>();
  private Trainer.Device device = Trainer.Device.CPU;

  public void budget(Budget limits) {
    budget = limits;
  }

  /**
   * Takes these steps instead of a search.
   *
   * @throws DemitasseException (backend failed) when a pass of it needs a port that is missing,
   *     saying what to add; (bad request) when a file is missing or was changed that a step of it
   *     found out
   */
  public void recipe(Recipe steps) {
    steps.requirePorts();
    steps.requireFound();
    recipe = steps;
  }

  public void preset(Preset purpose) {
    preset = purpose;
  }

  public void preference(Preference ofSizeAndTime) {
    preference = ofSizeAndTime;
  }

  public void method(SearchMethod ofSearch) {
    method = ofSearch;
  }

  /** How it is decided what to try. */
  public SearchMethod method() {
    return method;
  }

  public void saliency(SaliencyChoice when) {
    saliency = when;
  }

  /** When it is found out what answers hang on. */
  public SaliencyChoice saliency() {
    return saliency;
  }

  public void anyProcessor() {
    anyProcessor = true;
  }

  /**
   * How accuracy is won back where a search trains.
   *
   * @param options of {@code distill} and {@code train-quantized}, as a recipe has them
   * @throws DemitasseException (bad request) where one of the two does not have them
   */
  public void recovery(Map<String, String> options) {
    List<String> problems = new ArrayList<>();
    RECOVERING.forEach(pass -> PassOptions.create(pass, options, problems));
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          "Accuracy cannot be won back so: "
              + problems.stream().distinct().collect(Collectors.joining("; "))
              + ".");
    }
    recovery = options;
  }

  /**
   * Bounds the run.
   *
   * @throws DemitasseException (bad request) when it is not positive
   */
  public void time(Duration whole) {
    if (!whole.isPositive()) {
      throw DemitasseException.badRequest("A run takes some time, got " + whole + ".");
    }
    time = whole;
  }

  public void seed(long chosen) {
    seed = chosen;
  }

  /**
   * A search and a recipe exclude each other, and so do what leaves no choice and a preference.
   *
   * @throws DemitasseException (bad request) when both were chosen
   */
  public void requireOne() {
    if (recipe != null && preset != null) {
      throw DemitasseException.badRequest(
          "The preset "
              + preset.text()
              + " is for a search, and a recipe has its own steps: leave one of them out.");
    }
    if (recipe != null && anyProcessor) {
      throw DemitasseException.badRequest(
          "That a result is for any processor is for a search, and a recipe has its own steps:"
              + " leave one of them out, or give its steps reduce-range: true.");
    }
    if (!recovery.isEmpty() && (recipe != null || time == null)) {
      throw DemitasseException.badRequest(
          recipe != null
              ? "How accuracy is won back is for a search, and a recipe has its own steps: leave"
                  + " one of them out."
              : "Accuracy is won back by training, for which a search needs a limit to its time:"
                  + " give it one, such as 20m.");
    }
    if (recipe != null && recipe.resolved() && preference != null) {
      throw DemitasseException.badRequest(
          "Whether "
              + preference.text()
              + " is preferred matters where something is chosen, and a resolved recipe leaves"
              + " nothing to choose: leave one of them out.");
    }
  }

  /**
   * What searches for a front.
   *
   * @param count how many results are wanted
   * @param quick whether nothing is to be measured
   * @throws DemitasseException (bad request) where there is nothing to choose; (backend failed)
   *     where no module has it, saying what to add
   */
  public ParetoSolver requireFront(int count, boolean quick) {
    if (count < 2) {
      throw DemitasseException.badRequest(
          "A front has at least 2 results, got " + count + ". For one, leave the front out.");
    }
    if (recipe != null || quick) {
      throw DemitasseException.badRequest(
          "A front is searched for, and "
              + (quick ? "--quick" : "a recipe")
              + " takes its own steps: leave one of them out.");
    }
    return Ports.find(ParetoSolver.class)
        .orElseThrow(
            () ->
                DemitasseException.backendFailed(
                    "A front needs the port ParetoSolver. "
                        + Ports.missing(ParetoSolver.class)
                        + ".",
                    null));
  }

  /** The steps to take; null to search. */
  public @Nullable Recipe recipe() {
    return recipe;
  }

  /** The task that a recipe names; empty without one. */
  public String task() {
    return recipe == null ? "" : recipe.task();
  }

  /** Lets steps that train learn from another model than the original. */
  public void teacher(Source teacher) {
    teachers.put(teacher.path().toString(), teacher);
  }

  /**
   * What steps that train compute on.
   *
   * @param name {@code cpu} or {@code cuda}
   * @throws DemitasseException (bad request) where it is another, or it is known that it cannot be
   *     used, with the reason
   */
  public void device(String name) {
    device =
        switch (name.toLowerCase(Locale.ROOT)) {
          case "cpu" -> Trainer.Device.CPU;
          case "cuda" -> Trainer.Device.CUDA;
          default ->
              throw DemitasseException.badRequest(
                  "A device to train on is cpu or cuda, got '" + name + "'.");
        };
    if (device != Trainer.Device.CPU) {
      Ports.find(Trainer.class)
          .map(trainer -> trainer.unsupported().or(() -> trainer.unusable(device)))
          .orElseGet(() -> Optional.of(Ports.missing(Trainer.class)))
          .ifPresent(
              why -> {
                throw DemitasseException.badRequest(why + ".");
              });
    }
  }

  /**
   * A run trains where its recipe says so, and a search where there is a trainer that runs here and
   * a limit to the time that it may take.
   */
  public TrainingChoice training() {
    return recipe == null
        ? TrainingChoice.ofSearch(time != null && canTrain(), teachers, device)
        : TrainingChoice.of(recipe, teachers, device);
  }

  private static boolean canTrain() {
    return Ports.find(Trainer.class).filter(trainer -> trainer.unsupported().isEmpty()).isPresent();
  }

  /** What the run may take, from now on. */
  public Schedule schedule() {
    return new Schedule(time, System::nanoTime, stopped::get);
  }

  /** Nothing more is tried from now on. */
  public void stop() {
    stopped.set(true);
  }

  /** As it was given; null where it was not. */
  public @Nullable Budget givenBudget() {
    return budget;
  }

  public Budget budget() {
    Budget given = budget != null ? budget : recipe != null ? recipe.budget() : Budget.DEFAULT;
    return preset().within(given);
  }

  private Preset preset() {
    return preset != null ? preset : Preset.SERVER;
  }

  /** What is to be reached. */
  public Goal goal() {
    Goal usual = Goal.of(budget(), preset());
    return new Goal(
        usual.budget(),
        usual.preset(),
        preference == null ? usual.preference() : preference,
        anyProcessor || usual.anyProcessor(),
        recovery);
  }

  /** A resolved recipe is carried out with the seed that it was made with. */
  public long seed() {
    return recipe != null && recipe.resolved() ? recipe.seed() : seed;
  }
}
