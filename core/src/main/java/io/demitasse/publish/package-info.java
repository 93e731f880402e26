/**
 * How files take their names: made under hidden names beside their place, locked, and published as
 * one.
 *
 * <p>It knows files and folders, and nothing of what is in them.
 */
@NullMarked
package io.demitasse.publish;

import org.jspecify.annotations.NullMarked;
