/**
 * The catalogue of passes.
 *
 * <p>It knows which passes there are and nothing of what they do.
 */
@NullMarked
package io.demitasse.passes;

import org.jspecify.annotations.NullMarked;
