package io.demitasse.media.task;

import io.demitasse.data.Fields;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.program.EmbeddingProgram;
import java.util.Map;

/**
 * A program that embeds both texts of a sample, each by itself: outputs {@value #FIRST} and {@value
 * #SECOND}, float {@code [H]}.
 */
record BothTexts(EmbeddingProgram program) implements ForwardingProgram {
  static final String FIRST = "first";
  static final String SECOND = "second";

  @Override
  public Program on(Program other) {
    return new BothTexts((EmbeddingProgram) other);
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    String second = sample.fields().text(Role.SECOND.field()).orElseThrow();
    return Map.of(
        FIRST, embedding(sample, parts),
        SECOND, embedding(new Sample.Text(sample.id(), second, Fields.NONE), parts));
  }

  private Tensor embedding(Sample sample, Parts parts) {
    return EmbeddingOnly.required(
        program.run(sample, parts),
        "Similarity needs an embedding, a float output [B,S,H] of a text encoder, or one number for"
            + " two texts, [B,1]");
  }

  @Override
  public boolean takesBatches() {
    return program.takesBatches();
  }
}
