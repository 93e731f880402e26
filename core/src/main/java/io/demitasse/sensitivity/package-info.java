/**
 * How much each layer costs in accuracy when it alone is changed, and how far it is off in a
 * result.
 *
 * <p>It knows variants of a bundle and their outputs and nothing of what made them differ.
 */
@NullMarked
package io.demitasse.sensitivity;

import org.jspecify.annotations.NullMarked;
