/**
 * Where the indices along the axes of a node's outputs come from: the axis column of the operator
 * table, and the algebra of index maps.
 *
 * <p>It knows how operators carry, mix, group and contract axes and nothing of what anyone does
 * with that. Read {@link io.demitasse.ops.axes.IndexMap} first, then {@link
 * io.demitasse.ops.axes.AxisMap}, then {@link io.demitasse.ops.axes.AxisMaps}.
 */
@NullMarked
package io.demitasse.ops.axes;

import org.jspecify.annotations.NullMarked;
