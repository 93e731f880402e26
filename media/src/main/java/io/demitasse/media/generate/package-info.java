/**
 * How tokens are chosen one after the other: greedily or by beams, within rules.
 *
 * <p>It knows tokens and their probabilities, and nothing of models, files or texts.
 */
@NullMarked
package io.demitasse.media.generate;

import org.jspecify.annotations.NullMarked;
