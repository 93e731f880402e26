/**
 * Integer programs, solved by ojAlgo.
 *
 * <p>It knows costs and limits, and nothing of what they stand for.
 */
@NullMarked
package io.demitasse.solver;

import org.jspecify.annotations.NullMarked;
