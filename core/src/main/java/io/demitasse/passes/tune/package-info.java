/**
 * Passes that change what weights are learned, and what they learn.
 *
 * <p>They know graphs, parameters and the operator table and nothing of the other families.
 */
@NullMarked
package io.demitasse.passes.tune;

import org.jspecify.annotations.NullMarked;
