package io.demitasse.onnx;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.VisibleText;
import java.nio.file.Path;

/** The file being read, which every complaint about its content names. */
record Source(Path file) {
  /** Names can be of any length. */
  private static final int LONGEST_COMPLAINT = 1_000;

  /**
   * @param what what is wrong and where, with expected and got, and what to do
   */
  DemitasseException bad(String what) {
    return DemitasseException.badModel(file + ": " + VisibleText.line(what, LONGEST_COMPLAINT));
  }
}
