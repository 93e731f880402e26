/**
 * The result on disk: where it goes, what may be replaced there, and how model, recipe and report
 * are written as one.
 *
 * <p>It knows the original, so as never to touch it, and nothing of how the result was made.
 */
@NullMarked
package io.demitasse.result;

import org.jspecify.annotations.NullMarked;
