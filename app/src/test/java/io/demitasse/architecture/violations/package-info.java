/**
 * Code that breaks each rule of the architecture once, so that the rules are seen to fail.
 *
 * <p>It knows the rules and is used by nothing.
 */
@NullMarked
package io.demitasse.architecture.violations;

import org.jspecify.annotations.NullMarked;
