/**
 * What passes observe of values, and the one run over the data that answers them in bounded memory.
 *
 * <p>It knows values and reducers and nothing of the passes that observe.
 */
@NullMarked
package io.demitasse.calibrate;

import org.jspecify.annotations.NullMarked;
