package io.demitasse.architecture.violations.source;

import java.io.File;

/** What a process for months gathers. */
final class StaysForever {
  private StaysForever() {}

  static void atExit(File file) {
    file.deleteOnExit();
  }

  static void hook(Thread thread) {
    Runtime.getRuntime().addShutdownHook(thread);
  }
}
