/**
 * Trains models with libtorch.
 *
 * <p>It knows how weights follow from batches and objectives, step by step, and nothing of when to
 * stop or what to keep: that is decided by who drives it.
 */
@NullMarked
package io.demitasse.torch;

import org.jspecify.annotations.NullMarked;
