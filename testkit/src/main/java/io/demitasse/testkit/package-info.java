/**
 * What tests of passes share: applying a pass with the checks every pass must stand, and comparing
 * numbers.
 *
 * <p>It knows the contract of passes and the ports and no pass in particular.
 */
@NullMarked
package io.demitasse.testkit;

import org.jspecify.annotations.NullMarked;
