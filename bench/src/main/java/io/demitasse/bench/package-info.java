/**
 * Benchmarks: what Demitasse makes of real models, against what others made of them.
 *
 * <p>It knows everything and is known by nothing.
 */
@NullMarked
package io.demitasse.bench;

import org.jspecify.annotations.NullMarked;
