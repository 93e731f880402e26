/**
 * How examples are varied while a model learns from them: pictures, tokens and sound, as tensors.
 *
 * <p>What is drawn is drawn from the generator that is given, so the same seed gives the same
 * examples.
 */
@NullMarked
package io.demitasse.augment;

import org.jspecify.annotations.NullMarked;
