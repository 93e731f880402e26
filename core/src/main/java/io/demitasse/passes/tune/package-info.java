/**
 * Passes that change weights by learning: from labels, from a teacher, or from what the model did
 * before it was compressed; those that prepare a model for it, and take back what it was done with.
 *
 * <p>They know graphs, the operator table and the trainer, and nothing of the other families.
 */
@NullMarked
package io.demitasse.passes.tune;

import org.jspecify.annotations.NullMarked;
