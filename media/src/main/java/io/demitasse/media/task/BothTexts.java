package io.demitasse.media.task;

import io.demitasse.data.Fields;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.program.EmbeddingProgram;
import io.demitasse.media.program.SingleProgram;
import java.util.Map;

/**
 * A program that embeds both texts of a sample, each by itself: outputs {@value #FIRST} and {@value
 * #SECOND}, float {@code [H]}.
 */
record BothTexts(EmbeddingProgram program) implements Program {
  static final String FIRST = "first";
  static final String SECOND = "second";

  @Override
  public String name() {
    return program.name();
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    String second = sample.fields().text(Role.SECOND.field()).orElseThrow();
    return Map.of(
        FIRST, embedding(sample, parts),
        SECOND, embedding(new Sample.Text(sample.id(), second, Fields.NONE), parts));
  }

  private Tensor embedding(Sample sample, Parts parts) {
    Map<String, Tensor> outputs = program.run(sample, parts);
    Tensor embedding = outputs.get(SingleProgram.EMBEDDING);
    if (embedding == null) {
      throw DemitasseException.badRequest(
          "Similarity needs an embedding, a float output [B,S,H] of a text encoder, or one number"
              + " for two texts, [B,1], but the model gives "
              + outputs
              + ". Use the task agreement for this model.");
    }
    return embedding;
  }

  @Override
  public boolean takesBatches() {
    return program.takesBatches();
  }
}
