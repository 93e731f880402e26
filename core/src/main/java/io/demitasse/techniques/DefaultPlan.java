package io.demitasse.techniques;

import io.demitasse.ir.Bundle;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Step;
import io.demitasse.search.Choice;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Reduction;
import io.demitasse.search.Technique;
import java.util.ArrayList;
import java.util.List;

/**
 * What is tried when nobody says what to try: the techniques in their order, part by part, the
 * largest part first. What that saves of the accuracy budget the others may spend, and what comes
 * later is judged on what went before.
 */
public record DefaultPlan(List<Technique> techniques, Knowledge known) {
  public DefaultPlan {
    techniques = List.copyOf(techniques);
  }

  /**
   * Structure before precision, storage last.
   *
   * @param goal what is to be reached
   */
  public static DefaultPlan of(Goal goal, Knowledge known) {
    Precision precision = new Precision(goal);
    return new DefaultPlan(
        List.of(
            new Simplification(goal.preset()),
            Tokens.of(goal, precision),
            Structure.of(goal, precision),
            precision,
            new Sharing()),
        known);
  }

  /** The choices for all parts, then those about several. */
  public List<Choice> choices(Bundle bundle) {
    List<Choice> choices = byPart((technique, part) -> technique.choices(part, bundle, known));
    techniques.forEach(technique -> choices.addAll(technique.choicesOfSeveral(bundle, known)));
    return choices;
  }

  /** What is tried beyond that where the size is not yet what the budget allows. */
  public List<Choice> smaller() {
    return byPart((technique, part) -> technique.smaller(part, known));
  }

  /** What is tried where neither size nor time is then what the budget allows. */
  public List<Reduction> reductions(Bundle bundle) {
    return byPart((technique, part) -> technique.reductions(part, bundle, known));
  }

  /** What is most likely good where nothing is measured. */
  public List<Step> unmeasured(Bundle bundle) {
    return byPart((technique, part) -> technique.unmeasured(part, bundle, known));
  }

  private interface OfPart<T> {
    List<T> of(Technique technique, String part);
  }

  private <T> List<T> byPart(OfPart<T> offered) {
    List<T> all = new ArrayList<>();
    for (String part : known.files().largestFirst()) {
      techniques.forEach(technique -> all.addAll(offered.of(technique, part)));
    }
    return all;
  }
}
