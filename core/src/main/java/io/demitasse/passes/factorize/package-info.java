/** Passes that store a weight as the product of two thin ones. */
@NullMarked
package io.demitasse.passes.factorize;

import org.jspecify.annotations.NullMarked;
