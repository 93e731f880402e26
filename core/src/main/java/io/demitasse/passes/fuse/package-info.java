/**
 * Exact passes that put several operators into one.
 *
 * <p>They know graphs and the operator table and nothing of the other families.
 */
@NullMarked
package io.demitasse.passes.fuse;

import org.jspecify.annotations.NullMarked;
