/**
 * A model of two towers made of models and drawings that registries have: a vision transformer and
 * a text encoder that were not made for each other, joined by a head that is trained here.
 */
@NullMarked
package io.demitasse.bench.towers;

import org.jspecify.annotations.NullMarked;
