/** Passes that let a transformer go on with fewer tokens than it began with. */
@NullMarked
package io.demitasse.passes.tokens;

import org.jspecify.annotations.NullMarked;
