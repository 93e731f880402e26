/**
 * How a model is trained: in which order it sees examples, how fast it learns, when it stops and
 * what is kept.
 *
 * <p>It drives a session of a {@link io.demitasse.port.Trainer}, and knows nothing of gradients,
 * tasks or passes.
 */
@NullMarked
package io.demitasse.train;

import org.jspecify.annotations.NullMarked;
