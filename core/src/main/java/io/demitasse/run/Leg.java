package io.demitasse.run;

import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Limit;
import io.demitasse.recipe.Recipe;
import io.demitasse.search.Choice;
import io.demitasse.search.StepGroups;
import io.demitasse.search.StepwiseSearch;
import io.demitasse.source.Source;
import io.demitasse.techniques.DefaultPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One step on the way to the result, as the default plan or a recipe has it.
 *
 * @param weight how long it is thought to take relative to the others
 */
record Leg(double weight, Consumer<StepwiseSearch> work) {
  private static final double BRIEF = .3;
  private static final double LONG = 4;

  /**
   * All of them, in order.
   *
   * @param recipe the steps to take; null to search
   * @param plan what a search tries
   * @param goal what it is to reach
   */
  static List<Leg> of(Source source, @Nullable Recipe recipe, DefaultPlan plan, Goal goal) {
    List<Leg> legs = new ArrayList<>();
    if (recipe == null) {
      plan.choices(source.bundle()).forEach(choice -> legs.add(of(source, choice)));
      goal.budget().size().ifPresent(limit -> legs.addAll(smaller(plan, source, limit)));
      legs.addAll(reduced(plan, source, goal.budget()));
    } else if (recipe.resolved()) {
      recipe
          .steps()
          .forEach(step -> legs.add(new Leg(BRIEF, search -> search.take(step, "replayed"))));
      legs.add(new Leg(1, StepwiseSearch::store));
    } else {
      StepGroups.of(recipe.steps())
          .forEach(group -> legs.add(new Leg(LONG, search -> search.decide(group))));
    }
    return legs;
  }

  /**
   * Those on the way to a front: what is exact is decided part by part, and everything else at
   * once.
   *
   * @param front takes the choices of forms, one for each part
   */
  static List<Leg> ofFront(
      Source source, DefaultPlan plan, BiConsumer<StepwiseSearch, List<Choice>> front) {
    List<Leg> legs = new ArrayList<>();
    Map<String, Choice> forms = new LinkedHashMap<>();
    for (Choice choice : plan.choices(source.bundle())) {
      if (choice.isOfSeveral()) {
        continue;
      }
      if (choice.isExact()) {
        legs.add(of(source, choice));
      } else if (forms.putIfAbsent(choice.parts().getFirst(), choice) == null) {
        choice
            .preparation()
            .map(option -> new Choice(choice.parts(), List.of(option), List.of()))
            .ifPresent(alone -> legs.add(of(source, alone)));
      }
    }
    double weight = LONG * Math.max(1, forms.size());
    legs.add(new Leg(weight, search -> front.accept(search, List.copyOf(forms.values()))));
    return legs;
  }

  private static Leg of(Source source, Choice choice) {
    return new Leg(weight(source, choice.parts()), search -> search.decide(choice));
  }

  /** Goes on as long as the size is not what the budget allows. */
  private static List<Leg> smaller(DefaultPlan plan, Source source, Limit limit) {
    double allowed = limit.allowed((double) source.files().bytes());
    return plan.smaller().stream()
        .map(
            choice ->
                new Leg(
                    BRIEF,
                    search -> {
                      if (search.files().bytes() > allowed) {
                        search.decide(choice);
                      }
                    }))
        .toList();
  }

  /** Goes on as long as size or time is not what the budget allows. */
  private static List<Leg> reduced(DefaultPlan plan, Source source, Budget budget) {
    return budget.limitsWork()
        ? plan.reductions(source.bundle()).stream()
            .map(reduction -> new Leg(LONG, search -> search.reduce(reduction)))
            .toList()
        : List.of();
  }

  /** The larger a part, the longer it takes to measure. */
  private static double weight(Source source, List<String> parts) {
    long bytes = parts.stream().mapToLong(source.files()::bytes).sum();
    return 1 + LONG * bytes / Math.max(1, source.files().bytes());
  }
}
