/**
 * Training and factoring in a process of its own, so that a crash of native code is an error with a
 * reason, its memory returns, and its threads are set up before it starts.
 *
 * <p>It knows how the two processes talk, and nothing of what is computed.
 */
@NullMarked
package io.demitasse.torch.process;

import org.jspecify.annotations.NullMarked;
