package io.demitasse.onnx;

import io.demitasse.error.DemitasseException;
import java.nio.file.Path;

/** The file being read, which every complaint about its content names. */
record Source(Path file) {

  /**
   * @param what what is wrong and where, with expected and got, and what to do
   */
  DemitasseException bad(String what) {
    return DemitasseException.badModel(file + ": " + what);
  }
}
