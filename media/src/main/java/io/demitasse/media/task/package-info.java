/**
 * Tasks: samples, a program and the scores that tell how well a model does what it is for.
 *
 * <p>It knows metrics and labels and nothing of how a model was changed.
 */
@NullMarked
package io.demitasse.media.task;

import org.jspecify.annotations.NullMarked;
