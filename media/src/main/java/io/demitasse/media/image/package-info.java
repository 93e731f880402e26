/**
 * Pictures: decoding, resizing as models were trained with, and their way into tensors.
 *
 * <p>It knows pixels and the files they come in, and nothing of what a model sees in them.
 */
@NullMarked
package io.demitasse.media.image;

import org.jspecify.annotations.NullMarked;
