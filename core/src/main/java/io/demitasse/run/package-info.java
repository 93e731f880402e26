/**
 * One run of each job: to compress, with or without measuring, to forecast, to check a recipe, to
 * evaluate and to time.
 *
 * <p>It brings everything below together in the order of the work, and decides nothing that a
 * package below could decide.
 */
@NullMarked
package io.demitasse.run;

import org.jspecify.annotations.NullMarked;
