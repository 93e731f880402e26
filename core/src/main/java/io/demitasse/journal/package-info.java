/**
 * What a run measured and decided, line by line in a file, as it happens.
 *
 * <p>It knows how that is spelled, and nothing of why anything was asked.
 */
@NullMarked
package io.demitasse.journal;

import org.jspecify.annotations.NullMarked;
