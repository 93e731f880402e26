package io.demitasse.zoo;

import java.util.List;

/** Brings architectures by name. Found by {@link java.util.ServiceLoader}. */
public interface ArchitectureProvider {

  /** What it brings, in the order in which it is listed. */
  List<Zoo.Entry> entries();
}
