package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.program.SingleProgram;
import java.util.Map;
import java.util.Optional;

/** A program that reads the second text of a sample, where it has one, together with the first. */
record PairProgram(SingleProgram program) implements ForwardingProgram {

  @Override
  public Program on(Program other) {
    return new PairProgram((SingleProgram) other);
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    Optional<String> second = sample.fields().text(Role.SECOND.field());
    return sample instanceof Sample.Text text && second.isPresent()
        ? program.runPair(text, second.get(), parts)
        : program.run(sample, parts);
  }

  @Override
  public boolean takesBatches() {
    return program.takesBatches();
  }
}
