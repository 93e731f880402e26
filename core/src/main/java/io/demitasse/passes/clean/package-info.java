/**
 * Exact passes that remove what a model does not need.
 *
 * <p>They know graphs and the operator table and nothing of the other families.
 */
@NullMarked
package io.demitasse.passes.clean;

import org.jspecify.annotations.NullMarked;
