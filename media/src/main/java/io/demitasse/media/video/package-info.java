/**
 * Videos: their frames as pictures, at a rate or evenly spread, one after the other.
 *
 * <p>It knows frames and when they are shown, and nothing of what a model sees.
 */
@NullMarked
package io.demitasse.media.video;

import org.jspecify.annotations.NullMarked;
