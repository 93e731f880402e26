package io.demitasse.search;

import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries every option in all the settings that its pass declares worth trying, and leaves the choice
 * among them to another searcher. What was asked for, and is not as usual, stays as it is.
 */
record GridSearcher(Searcher searcher) implements Searcher {
  /** A grid of many settings is cut off after so many. */
  private static final int MOST = 24;

  @Override
  public Round decide(Choice choice, Workers workers) {
    Choice wider = new Choice(choice.parts(), grid(choice.options()), grid(choice.fallbacks()));
    return searcher.decide(wider.recoveredBy(choice.recovery()), workers);
  }

  private static List<Option> grid(List<Option> options) {
    return options.stream().flatMap(option -> grid(option).stream()).toList();
  }

  /** Groups of steps are too many to vary. */
  private static List<Option> grid(Option option) {
    if (option.steps().size() > 1) {
      return List.of(option);
    }
    Step step = option.steps().getFirst();
    return settings(step.pass()).stream()
        .map(pass -> pass.equals(step.pass()) ? step : Step.of(pass, step.where()))
        .map(each -> new Option(PassOptions.text(each.pass()), List.of(each)))
        .toList();
  }

  /** The pass as it is first. */
  static List<Pass> settings(Pass pass) {
    Class<? extends Pass> kind = pass.getClass();
    Map<String, Object> given = PassOptions.values(pass);
    Map<String, Object> usual = PassOptions.values(PassOptions.defaults(kind));
    List<Map<String, Object>> all = new ArrayList<>(List.of(given));
    for (PassOptions.Declared declared : PassOptions.declared(kind)) {
      String name = declared.name();
      if (given.getOrDefault(name, "").equals(usual.get(name))) {
        all = varied(all, name, List.of(declared.option().search()));
      }
    }
    return all.stream()
        .<Pass>map(options -> PassOptions.of(kind, options))
        .distinct()
        .limit(MOST)
        .toList();
  }

  private static List<Map<String, Object>> varied(
      List<Map<String, Object>> all, String option, List<String> values) {
    List<Map<String, Object>> more = new ArrayList<>(all);
    for (Map<String, Object> one : all) {
      for (String value : values) {
        Map<String, Object> other = new LinkedHashMap<>(one);
        other.put(option, value);
        more.add(other);
      }
    }
    return more;
  }
}
