/**
 * Recipes and budgets, and their YAML form.
 *
 * <p>It knows how a recipe is spelled and nothing of how one is carried out.
 */
@NullMarked
package io.demitasse.recipe;

import org.jspecify.annotations.NullMarked;
