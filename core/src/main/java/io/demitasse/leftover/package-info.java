/**
 * What must not outlive the process.
 *
 * <p>It knows what is open and how it is taken away, and nothing of what it is for.
 */
@NullMarked
package io.demitasse.leftover;

import org.jspecify.annotations.NullMarked;
