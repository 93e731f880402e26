/**
 * What a model is to learn: objectives as sums of terms, and the batches that they are computed on.
 *
 * <p>It knows values by name and tensors, and nothing of who computes gradients, or when.
 */
@NullMarked
package io.demitasse.objective;

import org.jspecify.annotations.NullMarked;
