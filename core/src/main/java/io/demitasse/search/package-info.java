/**
 * Decides what to try and what to keep: emits candidates, has them measured and holds them to the
 * budget.
 *
 * <p>It knows passes by their names and measurements by their verdicts, and changes no model
 * itself.
 */
@NullMarked
package io.demitasse.search;

import org.jspecify.annotations.NullMarked;
