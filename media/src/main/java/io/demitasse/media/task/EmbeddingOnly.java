package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.ir.Tensor;
import io.demitasse.media.program.SingleProgram;
import java.util.Map;

/**
 * A program of whose outputs only the embedding is kept where there is one: token vectors of all
 * samples together would fill the memory.
 */
record EmbeddingOnly(Program program) implements Program {

  @Override
  public String name() {
    return program.name();
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    Map<String, Tensor> outputs = program.run(sample, parts);
    Tensor embedding = outputs.get(SingleProgram.EMBEDDING);
    return embedding == null ? outputs : Map.of(SingleProgram.EMBEDDING, embedding);
  }
}
