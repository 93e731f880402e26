/**
 * Metrics as the field defines them: numbers made of what was said and what is right.
 *
 * <p>They know texts, vectors, boxes and masks, and nothing of models, samples or tasks. What a
 * metric of a whole set keeps of a sample is a record, so that the metric can be told of any
 * samples that are drawn from the set.
 */
@NullMarked
package io.demitasse.media.metric;

import org.jspecify.annotations.NullMarked;
