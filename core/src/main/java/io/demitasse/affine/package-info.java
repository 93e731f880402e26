/**
 * Factors and shifts of channels: what lets them through, and the convolutions and products whose
 * weights and biases take them over.
 *
 * <p>It knows nodes and weights and nothing of the passes that carry something.
 */
@NullMarked
package io.demitasse.affine;

import org.jspecify.annotations.NullMarked;
