/**
 * Architectures of the field as ONNX graphs, at published or small sizes, with seeded weights.
 *
 * <p>It knows how networks are built, and nothing of how they are trained, compressed or run.
 */
@NullMarked
package io.demitasse.zoo;

import org.jspecify.annotations.NullMarked;
