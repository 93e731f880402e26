/** What in an input an answer hangs on, in the original and in a result. */
@NullMarked
package io.demitasse.saliency;

import org.jspecify.annotations.NullMarked;
