/**
 * Sounds: decoding of files, mixing to one channel, and resampling to the rate a model was trained
 * with.
 *
 * <p>It knows samples of sound and the files they come in, and nothing of what a model hears.
 */
@NullMarked
package io.demitasse.media.sound;

import org.jspecify.annotations.NullMarked;
