package io.demitasse.architecture.violations.passes.fuse;

import io.demitasse.architecture.violations.passes.clean.NotListed;

/** A family that uses another. */
final class MeetsAnotherFamily {
  NotListed used = new NotListed();
}
