/**
 * Passes that prepare models for training, and take back what training is done with.
 *
 * <p>They know graphs and the operator table and nothing of the other families.
 */
@NullMarked
package io.demitasse.passes.tune;

import org.jspecify.annotations.NullMarked;
