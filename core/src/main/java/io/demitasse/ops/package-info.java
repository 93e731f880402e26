/**
 * What Demitasse knows of operators, one row an operator.
 *
 * <p>It knows their inputs, axes, cost and shapes and nothing of what anyone does with that.
 */
@NullMarked
package io.demitasse.ops;

import org.jspecify.annotations.NullMarked;
