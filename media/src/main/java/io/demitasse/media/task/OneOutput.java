package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.Map;

/** A program of whose outputs only one is kept: all others of all samples would fill a disk. */
record OneOutput(Program program, String output) implements ForwardingProgram {

  @Override
  public Program on(Program other) {
    return new OneOutput(other, output);
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    Map<String, Tensor> outputs = program.run(sample, parts);
    Tensor kept = outputs.get(output);
    if (kept == null) {
      throw DemitasseException.badRequest(
          "The model gives no output '" + output + "', but " + outputs.keySet() + ".");
    }
    return Map.of(output, kept);
  }

  @Override
  public boolean takesBatches() {
    return program.takesBatches();
  }
}
