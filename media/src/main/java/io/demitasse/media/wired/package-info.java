/**
 * Programs that a manifest declares: which parts run, what flows between them, where a part runs
 * token by token, and what the result is.
 *
 * <p>It knows names and signatures of parts, and nothing of how samples become tensors.
 */
@NullMarked
package io.demitasse.media.wired;

import org.jspecify.annotations.NullMarked;
