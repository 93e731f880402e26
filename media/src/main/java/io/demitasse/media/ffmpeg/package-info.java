/**
 * Files of compressed sound and video, opened by FFmpeg and decoded frame by frame.
 *
 * <p>The JavaCPP preset is called as it is: JavaCV around it depends on presets of a dozen
 * libraries that nothing here needs.
 *
 * <p>It knows containers, streams and their damage, and nothing of what is made of frames.
 */
@NullMarked
package io.demitasse.media.ffmpeg;

import org.jspecify.annotations.NullMarked;
