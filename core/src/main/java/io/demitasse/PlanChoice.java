package io.demitasse;

import io.demitasse.error.DemitasseException;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Recipe;
import io.demitasse.search.Schedule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a caller chose of what is to be tried and kept; the rest follows from a recipe or is usual.
 */
final class PlanChoice {
  private @Nullable Budget budget;
  private @Nullable Recipe recipe;
  private @Nullable Preset preset;
  private @Nullable Duration time;
  private long seed = 7;

  void budget(Budget limits) {
    budget = limits;
  }

  void recipe(Recipe steps) {
    recipe = steps;
  }

  void preset(Preset purpose) {
    preset = purpose;
  }

  /**
   * @throws DemitasseException (bad request) when it is not positive
   */
  void time(Duration whole) {
    if (!whole.isPositive()) {
      throw DemitasseException.badRequest("A run takes some time, got " + whole + ".");
    }
    time = whole;
  }

  void seed(long chosen) {
    seed = chosen;
  }

  /**
   * A search and a recipe exclude each other.
   *
   * @throws DemitasseException (bad request) when both were chosen
   */
  void requireOne() {
    if (recipe != null && preset != null) {
      throw DemitasseException.badRequest(
          "The preset "
              + preset.text()
              + " is for a search, and a recipe has its own steps: leave one of them out.");
    }
  }

  /** The steps to take; null to search. */
  @Nullable Recipe recipe() {
    return recipe;
  }

  /** The task that a recipe names; empty without one. */
  String task() {
    return recipe == null ? "" : recipe.task();
  }

  /** What the run may take, from now on. */
  Schedule schedule() {
    return new Schedule(time, System::nanoTime);
  }

  /** As it was given; null where it was not. */
  @Nullable Budget givenBudget() {
    return budget;
  }

  Budget budget() {
    Budget given = budget != null ? budget : recipe != null ? recipe.budget() : Budget.DEFAULT;
    return preset().within(given);
  }

  Preset preset() {
    return preset != null ? preset : Preset.SERVER;
  }

  /** A resolved recipe is carried out with the seed that it was made with. */
  long seed() {
    return recipe != null && recipe.resolved() ? recipe.seed() : seed;
  }
}
