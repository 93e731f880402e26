/**
 * Data as people keep them: text files, JSON lines, folders, NumPy arrays, read as samples.
 *
 * <p>It knows file formats, all of them hostile until checked, and nothing of what the samples are
 * for.
 */
@NullMarked
package io.demitasse.media.data;

import org.jspecify.annotations.NullMarked;
