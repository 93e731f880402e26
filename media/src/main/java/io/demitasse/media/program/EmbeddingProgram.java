package io.demitasse.media.program;

import io.demitasse.data.Answer;
import io.demitasse.data.Program;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.generate.GeneratedText;
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

  /** What is generated is held to its tokens, an embedding to its direction. */
  @Override
  default Answer answer(Map<String, Tensor> outputs) {
    if (GeneratedText.isIn(outputs)) {
      return GeneratedText.of(outputs).asAnswer();
    }
    Tensor embedding = outputs.get(SingleProgram.EMBEDDING);
    return embedding == null
        ? Answer.of(outputs)
        : Answer.direction(SingleProgram.EMBEDDING, embedding);
  }
}
