package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.manifest.Manifest;

/**
 * A network of some sizes: a record whose components are what can be chosen, each with a {@link
 * Setting}. Its compact constructor refuses with an {@link IllegalArgumentException} what cannot be
 * built.
 */
public interface Architecture {

  /**
   * Builds the network with weights as they are before training.
   *
   * <p>The weights are deferred: they are computed when the models are written or read, so that a
   * network of any size takes little memory.
   *
   * @param seed the same seed gives the same models, byte for byte
   */
  Bundle build(long seed);

  /** What its models are to each other, and the files that they are to lie in. */
  default Manifest manifest() {
    return Manifest.single(Bundle.SINGLE + ".onnx");
  }
}
