package io.demitasse.port;

import io.demitasse.ir.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes model files. Implementations are stateless and safe for use from several
 * threads.
 */
@Port(does = "reads models", module = "io.demitasse:demitasse-onnx")
public interface ModelFormat {

  /** What the file is called that holds the weights which several models of a folder share. */
  String SHARED_DATA = "shared.data";

  /** Smaller weights are never shared. */
  long SHARED_FROM_BYTES = 1024;

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
   * Where the weights of a model lie that are not in its own file; empty when all are.
   *
   * @throws io.demitasse.error.DemitasseException (bad request) when there is no such file; (bad
   *     model) when it is no model, or one that names places outside its folder
   */
  List<ExternalWeight> externalWeights(Path file);

  /**
   * Writes a model whole or not at all: beside the destination first, renamed when complete.
   * Deferred tensors are computed by up to {@code threads} threads straight into the file; the
   * bytes do not depend on how many. An existing file is replaced. With external data the data file
   * lies beside, named after the model file with {@code .data}.
   */
  default void write(Model model, Path file, WriteOptions options) {
    write(Map.of(file, model), options);
  }

  /**
   * Writes models that belong together, all of them or none. A weight of at least {@value
   * #SHARED_FROM_BYTES} bytes that is the same {@link io.demitasse.ir.Tensor} object in several
   * models of one folder is stored once, in a file {@value #SHARED_DATA} beside them. Otherwise
   * each is written as it would be alone.
   *
   * @param models by file, in the order in which their common weights are laid out
   * @throws io.demitasse.error.DemitasseException (bad request) when a place is none for a model or
   *     two models have the same; (backend failed) when they cannot be written
   */
  void write(Map<Path, Model> models, WriteOptions options);
}
