/**
 * Programs: how a sample becomes the inputs of a model's parts, and their outputs an answer.
 *
 * <p>It knows how a model is run end to end and nothing of scores.
 */
@NullMarked
package io.demitasse.media.program;

import org.jspecify.annotations.NullMarked;
