package io.demitasse.search;

import io.demitasse.pass.PassOptions;
import io.demitasse.port.Solver;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which layer of a part is given which of some forms, by what that is thought to do. */
final class Allocation {
  private final List<MeasuredForm> forms;
  private final List<LayerChoice> choices;

  /** A form for each site that is given one; the others are left as they are. */
  record Plan(Map<String, LayerForm> chosen, Estimate estimate) {

    /** The sites that are given a form. */
    Set<String> given(int form) {
      return chosen.entrySet().stream()
          .filter(site -> site.getValue().form() == form)
          .map(Map.Entry::getKey)
          .collect(Collectors.toSet());
    }
  }

  /**
   * What a plan has to keep.
   *
   * @param errors the most that errors of layers may add up to; may be infinite
   * @param time the most that may be added to the part's time, relative to it; may be infinite, or
   *     negative where time has to be saved
   */
  record Limits(double errors, double time) {}

  Allocation(String part, List<MeasuredForm> forms, SearchNode parent) {
    this.forms = List.copyOf(forms);
    double before = (double) parent.files().bytes(part);
    Map<String, List<LayerForm>> options = new LinkedHashMap<>();
    for (int i = 0; i < forms.size(); i++) {
      int form = i;
      forms
          .get(i)
          .estimates(part, before)
          .forEach(
              (node, estimate) ->
                  options
                      .computeIfAbsent(node, _ -> new ArrayList<>())
                      .add(new LayerForm(form, estimate)));
    }
    this.choices =
        options.entrySet().stream()
            .map(site -> new LayerChoice(site.getKey(), site.getValue()))
            .toList();
  }

  /**
   * The best that is predicted to keep some limits.
   *
   * @return empty where nothing does
   */
  Optional<Plan> best(Solver solver, Limits limits, Preference preference) {
    double scale = Math.max(limits.errors(), Double.MIN_NORMAL);
    boolean timed = Double.isFinite(limits.time());
    double left = limits.time();
    List<List<Solver.Item>> groups = new ArrayList<>();
    for (LayerChoice choice : choices) {
      // A solver takes no negative uses, so the most that a layer can save is taken off its limit.
      double least = choice.leastTime();
      left -= least;
      List<Solver.Item> items = new ArrayList<>();
      items.add(new Solver.Item(0, timed ? List.of(0., -least) : List.of(0.)));
      for (LayerForm form : choice.forms()) {
        Estimate estimate = form.estimate();
        double loss = Math.min(estimate.loss() / scale, 2);
        items.add(
            new Solver.Item(
                preference.change(estimate.size(), estimate.time()),
                timed ? List.of(loss, estimate.time() - least) : List.of(loss)));
      }
      groups.add(items);
    }
    return timed && left < 0
        ? Optional.empty()
        : solver.choose(groups, timed ? List.of(1., left) : List.of(1.)).map(this::plan);
  }

  /** How many layers there are that can be given a form. */
  int sites() {
    return choices.size();
  }

  /** How many ways there are to settle each site, to leave it as it is among them. */
  List<Integer> options() {
    return choices.stream().map(choice -> 1 + choice.forms().size()).toList();
  }

  /** What takes a form wherever it can be taken, as {@link #plan} takes it. */
  List<Integer> taking(int form) {
    return choices.stream().map(choice -> choice.number(form)).toList();
  }

  /** The plan that takes a form at some sites. */
  Plan only(int form, Set<String> sites) {
    return plan(
        choices.stream()
            .map(choice -> sites.contains(choice.site()) ? choice.number(form) : 0)
            .toList());
  }

  /**
   * The plan that takes some forms.
   *
   * @param taken one for each site: 0 to leave it as it is, or from 1 on the number of a form
   */
  Plan plan(List<Integer> taken) {
    Map<String, LayerForm> chosen = new LinkedHashMap<>();
    for (int i = 0; i < taken.size(); i++) {
      if (taken.get(i) > 0) {
        chosen.put(choices.get(i).site(), choices.get(i).forms().get(taken.get(i) - 1));
      }
    }
    return new Plan(chosen, estimate(taken));
  }

  /** What the plan that takes some forms is thought to do; asked by solvers again and again. */
  Estimate estimate(List<Integer> taken) {
    Estimate estimate = Estimate.NOTHING;
    for (int i = 0; i < taken.size(); i++) {
      if (taken.get(i) > 0) {
        estimate = estimate.plus(choices.get(i).forms().get(taken.get(i) - 1).estimate());
      }
    }
    return estimate;
  }

  /** A plan as steps: each form as it was resolved, but for the layers that are given another. */
  Option option(Plan plan) {
    List<Step> steps = new ArrayList<>();
    List<String> told = new ArrayList<>();
    for (int form = 0; form < forms.size(); form++) {
      Attempt attempt = forms.get(form).attempt();
      Step step = attempt.candidate().added().getLast();
      Set<String> others = new LinkedHashSet<>(attempt.changedNodes());
      int all = others.size();
      others.removeAll(plan.given(form));
      if (others.size() < all) {
        steps.add(step.at(step.where().except(List.copyOf(others))));
        told.add(
            String.format(
                Locale.ROOT,
                "%s in %d of %d layers",
                PassOptions.name(step.pass().getClass()),
                all - others.size(),
                choices.size()));
      }
    }
    return new Option(String.join(", ", told), steps);
  }
}
