/**
 * What kernels cost on a machine and runtime, and the file that keeps it.
 *
 * <p>It knows names and times; it must not know passes, models, or how a time is taken.
 */
@NullMarked
package io.demitasse.cost;

import org.jspecify.annotations.NullMarked;
