/**
 * Applies steps to models and records what happened.
 *
 * <p>It knows the contract of passes, and in particular only the one that raises the operator set,
 * and never decides what to try next.
 */
@NullMarked
package io.demitasse.pipeline;

import org.jspecify.annotations.NullMarked;
