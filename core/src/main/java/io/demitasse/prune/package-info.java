/**
 * Which parts of a model can be removed together, and the removal.
 *
 * <p>{@link io.demitasse.prune.DependencyGraph} finds the groups of units that a model consists of
 * (channels, neurons, attention heads, hidden states), over the axis maps of the operator table;
 * {@link io.demitasse.prune.Cut} removes units, and makes the numbers that were written into
 * constants and attributes follow. It knows nothing of which units matter.
 */
@NullMarked
package io.demitasse.prune;

import org.jspecify.annotations.NullMarked;
