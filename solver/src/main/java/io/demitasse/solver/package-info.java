/**
 * Integer programs, solved by ojAlgo, and fronts of combinations, bred by Jenetics.
 *
 * <p>It knows costs, limits and objectives, and nothing of what they stand for.
 */
@NullMarked
package io.demitasse.solver;

import org.jspecify.annotations.NullMarked;
