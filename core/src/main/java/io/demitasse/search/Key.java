package io.demitasse.search;

import io.demitasse.data.Sha256;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.Map;

/**
 * What a candidate is made of: the same source and the same resolved steps give the same key, in
 * this run and in any other.
 *
 * @param sha256 in hexadecimal digits
 */
public record Key(String sha256) {

  /**
   * The key of what steps make.
   *
   * @param source SHA-256 of the original's files, by part
   * @param steps all of them, resolved
   */
  static Key of(Map<String, String> source, List<Step> steps) {
    return new Key(Sha256.of(Recipes.text(new Recipe(steps, "", Budget.DEFAULT, 0, true, source))));
  }
}
