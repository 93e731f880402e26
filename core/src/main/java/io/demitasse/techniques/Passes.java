package io.demitasse.techniques;

import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.Map;

/** Steps of the catalogue's passes, by name. */
final class Passes {
  private Passes() {}

  /** With their defaults. */
  static List<Step> steps(List<String> names, String part) {
    return names.stream().map(name -> step(name, Map.of(), Where.ofPart(part))).toList();
  }

  /**
   * @param options as a recipe has them
   */
  static Step step(String name, Map<String, String> options, Where where) {
    return Step.of(
        PassOptions.of(
            Catalogue.find(name)
                .orElseThrow(() -> new IllegalStateException("no pass '" + name + "'")),
            options),
        where);
  }
}
