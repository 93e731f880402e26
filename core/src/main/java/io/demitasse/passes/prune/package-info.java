/**
 * Passes that remove units of a model and what belongs to them.
 *
 * <p>What can be removed together, {@link io.demitasse.prune} finds; here it is decided what
 * matters least, and what is left takes over what was removed.
 */
@NullMarked
package io.demitasse.passes.prune;

import org.jspecify.annotations.NullMarked;
