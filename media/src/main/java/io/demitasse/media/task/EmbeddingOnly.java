package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.media.program.SingleProgram;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A program of whose outputs only the embedding and texts are kept where there is an embedding: it
 * is what the model is for, and the original's token vectors of all samples would fill a disk.
 */
record EmbeddingOnly(Program program) implements ForwardingProgram {

  @Override
  public Program on(Program other) {
    return new EmbeddingOnly(other);
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    Map<String, Tensor> outputs = program.run(sample, parts);
    Tensor embedding = outputs.get(SingleProgram.EMBEDDING);
    if (embedding == null) {
      return outputs;
    }
    Map<String, Tensor> kept = new LinkedHashMap<>();
    outputs.forEach(
        (output, tensor) -> {
          if (output.equals(SingleProgram.EMBEDDING) || tensor.dataType() == DataType.STRING) {
            kept.put(output, tensor);
          }
        });
    return kept;
  }

  /**
   * The embedding among outputs.
   *
   * @param needed what needs one, as the start of a sentence that goes on with what the model gives
   * @throws DemitasseException (bad request) where there is none
   */
  static Tensor required(Map<String, Tensor> outputs, String needed) {
    Tensor embedding = outputs.get(SingleProgram.EMBEDDING);
    if (embedding == null) {
      throw DemitasseException.badRequest(
          needed + ", but the model gives " + outputs + ". Use the task agreement for this model.");
    }
    return embedding;
  }
}
