/**
 * What can be done to a model: one file a technique, and the plan that has them in order.
 *
 * <p>It knows passes and offers choices; it must not know how choices are made or measured.
 */
@NullMarked
package io.demitasse.techniques;

import org.jspecify.annotations.NullMarked;
