/**
 * Text: tokenizers, what a model's graph says of the text it can take, and how token vectors are
 * pooled.
 *
 * <p>It knows token ids and hidden states and nothing of samples, datasets or tasks.
 */
@NullMarked
package io.demitasse.media.text;

import org.jspecify.annotations.NullMarked;
