/**
 * Measurement: tasks and metrics, paired comparisons with intervals, interleaved timing, verdicts.
 *
 * <p>It knows how two models are compared and nothing of what was done to either.
 */
@NullMarked
package io.demitasse.evaluate;

import org.jspecify.annotations.NullMarked;
