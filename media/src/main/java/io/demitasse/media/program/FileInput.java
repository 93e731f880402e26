package io.demitasse.media.program;

import io.demitasse.ir.Tensor;
import java.nio.file.Path;

/** How a file of some medium becomes one input of a part. */
interface FileInput {

  /**
   * The input.
   *
   * @throws io.demitasse.error.DemitasseException (bad request) when the file cannot be read, or
   *     holds something else
   */
  Tensor tensor(Path file);
}
