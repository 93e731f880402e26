/**
 * The catalogue of passes.
 *
 * <p>It knows which passes there are, ours and those that others bring, and nothing of what they
 * do.
 */
@NullMarked
package io.demitasse.passes;

import org.jspecify.annotations.NullMarked;
