package io.demitasse.search;

import io.demitasse.pass.BundlePass;
import io.demitasse.pass.PassInfo;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a recipe in groups that are judged together: steps that lose accuracy with those
 * right behind them that win it back by training, and every other step by itself.
 */
public final class StepGroups {
  private StepGroups() {}

  /** All steps in order. */
  public static List<List<Step>> of(List<Step> steps) {
    List<List<Step>> groups = new ArrayList<>();
    int next = 0;
    while (next < steps.size()) {
      int lossy = endOf(steps, next, PassInfo.Effect.LOSSY);
      int learned = endOf(steps, lossy, PassInfo.Effect.LEARNED);
      int end = next < lossy && lossy < learned ? learned : next + 1;
      groups.add(List.copyOf(steps.subList(next, end)));
      next = end;
    }
    return groups;
  }

  /** Where the steps of one effect end, of which each is about single parts. */
  private static int endOf(List<Step> steps, int start, PassInfo.Effect effect) {
    int end = start;
    while (end < steps.size()
        && steps.get(end).effect() == effect
        && !(steps.get(end).pass() instanceof BundlePass)) {
      end++;
    }
    return end;
  }
}
