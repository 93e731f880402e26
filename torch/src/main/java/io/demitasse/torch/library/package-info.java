/**
 * The native code of libtorch: whether there is any for this machine, and how it is loaded.
 *
 * <p>It knows nothing of what is computed.
 */
@NullMarked
package io.demitasse.torch.library;

import org.jspecify.annotations.NullMarked;
