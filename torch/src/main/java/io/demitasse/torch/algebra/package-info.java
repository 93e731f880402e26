/**
 * Matrices factored with libtorch.
 *
 * <p>It knows matrices, and nothing of the processes in which they are factored.
 */
@NullMarked
package io.demitasse.torch.algebra;

import org.jspecify.annotations.NullMarked;
