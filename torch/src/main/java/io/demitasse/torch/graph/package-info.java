/**
 * Models of ours as computations of libtorch.
 *
 * <p>It knows what order nodes are computed in and how long their results are needed, and nothing
 * of what single operators compute, nor of training.
 */
@NullMarked
package io.demitasse.torch.graph;

import org.jspecify.annotations.NullMarked;
