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

/**
 * Which layer of a part is given which form. What a form saves of size and time was measured on the
 * whole part, and is shared out among its layers by their weights and by their multiplications;
 * what a layer loses in it was measured layer by layer.
 */
final class Allocation {
  /** Errors beyond this, and those that are no numbers, are all alike. */
  private static final double GREATEST_ERROR = 1e6;

  private final List<Attempt> forms;
  private final List<LayerChoice> choices;
  private final Preference preference;

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
   * @param layers those that each of the forms can change
   */
  Allocation(
      String part, Map<Attempt, List<Layer>> layers, SearchNode parent, Preference preference) {
    this.forms = List.copyOf(layers.keySet());
    this.preference = preference;
    double before = (double) parent.files().bytes(part);
    Map<String, List<LayerForm>> options = new LinkedHashMap<>();
    layers.forEach(
        (attempt, changed) -> {
          double size = attempt.node().files().bytes(part) / before - 1;
          add(options, forms.indexOf(attempt), size, attempt.timeRatio() - 1, changed);
        });
    this.choices =
        options.entrySet().stream()
            .map(site -> new LayerChoice(site.getKey(), site.getValue()))
            .toList();
  }

  /** What a form does to the whole is shared out among the layers that it changes. */
  private static void add(
      Map<String, List<LayerForm>> options,
      int form,
      double size,
      double time,
      List<Layer> changed) {
    double bytes = changed.stream().mapToLong(Layer::bytes).sum();
    double products = changed.stream().mapToLong(Layer::multiplyAccumulates).sum();
    for (Layer layer : changed) {
      Estimate estimate =
          new Estimate(
              size * share(layer.bytes(), bytes, changed),
              time * share(layer.multiplyAccumulates(), products, changed),
              layer.error() <= GREATEST_ERROR ? layer.error() : GREATEST_ERROR);
      options
          .computeIfAbsent(layer.node(), _ -> new ArrayList<>())
          .add(new LayerForm(form, estimate));
    }
  }

  private static double share(long part, double whole, List<Layer> layers) {
    return whole > 0 ? part / whole : 1.0 / layers.size();
  }

  /** The sum of the errors of a form's layers, which the whole of it was measured with. */
  double errors(Attempt form) {
    int index = forms.indexOf(form);
    return choices.stream()
        .flatMap(choice -> choice.options().stream())
        .filter(option -> option.form() == index)
        .mapToDouble(option -> option.estimate().loss())
        .sum();
  }

  /**
   * The best that is predicted to keep to a sum of errors.
   *
   * @return empty where nothing does
   */
  Optional<Plan> best(Solver solver, double errors) {
    double scale = Math.max(errors, Double.MIN_NORMAL);
    List<List<Solver.Item>> groups = new ArrayList<>();
    for (LayerChoice choice : choices) {
      List<Solver.Item> items = new ArrayList<>();
      items.add(new Solver.Item(0, List.of(0.)));
      for (LayerForm option : choice.options()) {
        Estimate estimate = option.estimate();
        double cost = preference.change(estimate.size(), estimate.time());
        items.add(new Solver.Item(cost, List.of(Math.min(estimate.loss() / scale, 2))));
      }
      groups.add(items);
    }
    return solver.choose(groups, List.of(1.)).map(this::plan);
  }

  private Plan plan(List<Integer> taken) {
    Map<String, LayerForm> chosen = new LinkedHashMap<>();
    Estimate estimate = Estimate.NOTHING;
    for (int i = 0; i < taken.size(); i++) {
      if (taken.get(i) > 0) {
        LayerForm option = choices.get(i).options().get(taken.get(i) - 1);
        chosen.put(choices.get(i).site(), option);
        estimate = estimate.plus(option.estimate());
      }
    }
    return new Plan(chosen, estimate);
  }

  /** A plan as steps: each form as it was resolved, but for the layers that are given another. */
  Option option(Plan plan) {
    List<Step> steps = new ArrayList<>();
    List<String> told = new ArrayList<>();
    for (int form = 0; form < forms.size(); form++) {
      Step step = forms.get(form).candidate().added().getLast();
      Set<String> others = new LinkedHashSet<>(forms.get(form).changedNodes());
      int all = others.size();
      others.removeAll(plan.given(form));
      if (others.size() < all) {
        steps.add(
            new Step(step.pass(), step.where().except(List.copyOf(others)), step.calibration()));
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
