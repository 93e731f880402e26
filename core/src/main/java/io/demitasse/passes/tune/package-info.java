/**
 * Passes that change weights by learning: from labels, from a teacher, or from what the model did
 * before it was compressed; and what makes models ready for it.
 */
@NullMarked
package io.demitasse.passes.tune;

import org.jspecify.annotations.NullMarked;
