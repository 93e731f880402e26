/**
 * What a folder of models is as one: {@code bundle.yaml}.
 *
 * <p>It knows parts, their files and what ties them, and nothing of the programs it names.
 */
@NullMarked
package io.demitasse.manifest;

import org.jspecify.annotations.NullMarked;
