package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.ir.Tensor;
import java.util.Map;

/**
 * A program that closes the one that it runs on.
 *
 * @param owned which it runs on
 */
record OwningProgram(Program program, Program owned) implements ForwardingProgram {

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    return program.run(sample, parts);
  }

  @Override
  public boolean takesBatches() {
    return program.takesBatches();
  }

  @Override
  public Program on(Program other) {
    return program instanceof ForwardingProgram forwarding ? forwarding.on(other) : other;
  }

  @Override
  public void close() {
    owned.close();
  }
}
