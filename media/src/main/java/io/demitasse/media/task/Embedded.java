package io.demitasse.media.task;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is kept of a sample that was embedded.
 *
 * @param vector what the model gives
 * @param original what the original gives
 */
@SuppressWarnings("ArrayRecordComponent")
record Embedded(float[] vector, float[] original) {

  /** Reads an embedding beside the original's. */
  static Embedded of(int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    return new Embedded(embedding(outputs), embedding(reference));
  }

  private static float[] embedding(Map<String, Tensor> outputs) {
    return EmbeddingOnly.required(
            outputs, "Retrieval needs an embedding, a float output [B,S,H] of a text encoder")
        .toFloats();
  }

  double cosine() {
    return Similarity.cosine(vector, original);
  }

  /** All vectors. */
  static float[][] vectors(List<Embedded> samples) {
    return samples.stream().map(Embedded::vector).toArray(float[][]::new);
  }

  /** All vectors of the original. */
  static float[][] originals(List<Embedded> samples) {
    return samples.stream().map(Embedded::original).toArray(float[][]::new);
  }

  /**
   * What is compared has to be as long.
   *
   * @throws DemitasseException (bad request) when it is not
   */
  static void requireOneSize(List<Embedded> samples) {
    int size = samples.getFirst().vector().length;
    for (Embedded sample : samples) {
      if (sample.vector().length != size) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "Queries and labels must have embeddings of one size to be compared, got %d and"
                    + " %d.",
                size,
                sample.vector().length));
      }
    }
  }
}
