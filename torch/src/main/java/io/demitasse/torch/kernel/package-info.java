/**
 * What each operator computes, with libtorch, so that gradients can be followed back through it.
 *
 * <p>It knows nodes and tensors, and nothing of graphs, memory or training.
 */
@NullMarked
package io.demitasse.torch.kernel;

import org.jspecify.annotations.NullMarked;
