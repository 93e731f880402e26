/**
 * The facade that a Java program calls.
 *
 * <p>It knows all packages below it; none of them knows it.
 */
@NullMarked
package io.demitasse;

import org.jspecify.annotations.NullMarked;
