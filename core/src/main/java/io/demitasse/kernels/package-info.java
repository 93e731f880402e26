/**
 * Measures what kernels cost here, on small models that passes write in the forms to be compared.
 *
 * <p>It knows passes and how to time; it must not know who asks for costs, or what they decide.
 */
@NullMarked
package io.demitasse.kernels;

import org.jspecify.annotations.NullMarked;
