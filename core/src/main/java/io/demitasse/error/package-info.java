/**
 * The one exception of Demitasse, in five kinds, each with its exit code, and how work is
 * cancelled.
 *
 * <p>It knows how a failure is told and nothing of what can fail.
 */
@NullMarked
package io.demitasse.error;

import org.jspecify.annotations.NullMarked;
