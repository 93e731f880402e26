/**
 * YAML files as trees that are read strictly, with all that is wrong told at once.
 *
 * <p>It knows the form of such files and nothing of what stands in them.
 */
@NullMarked
package io.demitasse.yaml;

import org.jspecify.annotations.NullMarked;
