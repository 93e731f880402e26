package io.demitasse.architecture.violations.onnx;

import io.demitasse.architecture.violations.media.Anything;

/** A module that uses its neighbor. */
final class MeetsAnotherModule {
  Anything used = new Anything();
}
