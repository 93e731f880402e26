package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.manifest.Manifest.Modality;
import java.util.Set;

/**
 * A program that says what a sample means, as a vector under the name {@value
 * SingleProgram#EMBEDDING} among its outputs. Vectors of all modalities can be compared with each
 * other.
 */
public interface EmbeddingProgram extends Program {

  /** The modalities of the samples that it embeds; empty where it embeds none. */
  Set<Modality> embeds();
}
