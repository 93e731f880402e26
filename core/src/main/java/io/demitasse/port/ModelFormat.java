package io.demitasse.port;

import io.demitasse.ir.Model;
import java.nio.file.Path;

/**
 * Reads and writes model files. Implementations are stateless and safe for use from several
 * threads.
 */
public interface ModelFormat {

  /** How a file is written. */
  record WriteOptions(ExternalData externalData, int threads) {
    /** Where large weights go. */
    public enum ExternalData {
      /**
       * Beside the model only when the file would exceed what its format can hold (2 GB for ONNX).
       */
      WHEN_NEEDED,
      /** Always beside the model. */
      ALWAYS
    }

    public static final WriteOptions DEFAULT = new WriteOptions(ExternalData.WHEN_NEEDED, 1);

    public WriteOptions {
      if (threads < 1) {
        throw new IllegalArgumentException("threads must be at least 1, got " + threads);
      }
    }
  }

  /** Whether a file has this format's name. */
  boolean reads(Path file);

  /**
   * Reads a model; weights stay in the mapped file until they are used.
   *
   * @throws io.demitasse.error.DemitasseException (bad request) when there is no such file; (bad
   *     model) when it is not a valid model, with what was expected and found where
   */
  Model read(Path file);

  /**
   * Writes a model whole or not at all: beside the destination first, renamed when complete.
   * Deferred tensors are computed by up to {@code threads} threads straight into the file; the
   * bytes do not depend on how many. An existing file is replaced. With external data the data file
   * lies beside, named after the model file with {@code .data}.
   */
  void write(Model model, Path file, WriteOptions options);
}
