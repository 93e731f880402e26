/**
 * Patterns over graphs, and the driver that finds them and puts something else in their place.
 *
 * <p>It knows nodes, values and how they are wired, and nothing of what any rewrite is good for.
 */
@NullMarked
package io.demitasse.rewrite;

import org.jspecify.annotations.NullMarked;
