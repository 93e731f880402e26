package io.demitasse.port;

import java.util.Optional;

/** A port with native code, which is not built for every operating system and processor. */
public interface PlatformDependent {

  /**
   * Why it cannot be used on this machine and what to do, as a sentence without a full stop; empty
   * where nothing speaks against it. Native code is not loaded for the answer.
   */
  default Optional<String> unsupported() {
    return Optional.empty();
  }
}
