/**
 * Samples, and the programs that run a model on them from end to end.
 *
 * <p>It knows what a sample and a program are and nothing of media, tokenizers or files.
 */
@NullMarked
package io.demitasse.data;

import org.jspecify.annotations.NullMarked;
