package io.demitasse.media.program;

import io.demitasse.data.Answer;
import io.demitasse.data.Program;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest.Modality;
import java.util.Map;
import java.util.Set;

/**
 * A program that says what a sample means, as a vector under the name {@value
 * SingleProgram#EMBEDDING} among its outputs. Vectors of all modalities can be compared with each
 * other.
 */
public interface EmbeddingProgram extends Program {

  /** The modalities of the samples that it embeds; empty where it embeds none. */
  Set<Modality> embeds();

  @Override
  default Answer answer(Map<String, Tensor> outputs) {
    Tensor embedding = outputs.get(SingleProgram.EMBEDDING);
    return embedding == null
        ? Answer.of(outputs)
        : Answer.direction(SingleProgram.EMBEDDING, embedding);
  }
}
