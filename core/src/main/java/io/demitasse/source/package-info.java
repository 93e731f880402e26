/**
 * The original on disk: a file or a folder of models, what lies beside them, and whether all of it
 * is still as it was read.
 *
 * <p>It knows files and how folders are described, and nothing of what becomes of the models.
 */
@NullMarked
package io.demitasse.source;

import org.jspecify.annotations.NullMarked;
