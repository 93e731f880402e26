/**
 * What a model wants to be given: its declared inputs, and whether tensors that people have fit
 * them.
 *
 * <p>It knows names, types and shapes of inputs and nothing of files or modalities.
 */
@NullMarked
package io.demitasse.media;

import org.jspecify.annotations.NullMarked;
