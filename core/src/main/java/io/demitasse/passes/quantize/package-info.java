/**
 * Lossy passes that store weights, and compute, in fewer bits.
 *
 * <p>They know graphs, statistics and the operator table and nothing of the other families.
 */
@NullMarked
package io.demitasse.passes.quantize;

import org.jspecify.annotations.NullMarked;
