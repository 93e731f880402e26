package io.demitasse.architecture.violations.ir;

import io.demitasse.architecture.violations.pass.Anything;

/** Uses a package that stands below its own. */
final class ReachesDown {
  Anything used = new Anything();
}
