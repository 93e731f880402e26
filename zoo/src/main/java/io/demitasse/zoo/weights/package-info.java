/** Trained weights from files of other libraries, put into the architectures of the zoo. */
@NullMarked
package io.demitasse.zoo.weights;

import org.jspecify.annotations.NullMarked;
