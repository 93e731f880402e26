/**
 * The contract of a pass: what it declares, what it may ask for and how it tells what it did.
 *
 * <p>It knows no pass in particular and nothing of recipes or the order of steps.
 */
@NullMarked
package io.demitasse.pass;

import org.jspecify.annotations.NullMarked;
