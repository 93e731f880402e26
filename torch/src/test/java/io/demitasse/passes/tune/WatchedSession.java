package io.demitasse.passes.tune;

import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.port.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A session that remembers what it was set up for. */
record WatchedSession(Trainer.Session session, List<Trainer.Setup> setups)
    implements Trainer.Session {

  @Override
  public void turnTo(Trainer.Setup setup) {
    setups.add(setup);
    session.turnTo(setup);
  }

  @Override
  public Trainer.Losses step(List<Batch> batches, double learningRate) {
    return session.step(batches, learningRate);
  }

  @Override
  public Trainer.Losses evaluate(List<Batch> batches, Trainer.Version version) {
    return session.evaluate(batches, version);
  }

  @Override
  public Map<String, Map<String, Trainer.Gradients>> gradients(List<Batch> examples) {
    return session.gradients(examples);
  }

  @Override
  public void average(double share) {
    session.average(share);
  }

  @Override
  public void regrow(double share) {
    session.regrow(share);
  }

  @Override
  public void keep(Trainer.Version version) {
    session.keep(version);
  }

  @Override
  public Map<String, Map<String, Tensor>> weights(Trainer.Version version) {
    return session.weights(version);
  }

  @Override
  public void save(Path checkpoint) {
    session.save(checkpoint);
  }

  @Override
  public void restore(Path checkpoint) {
    session.restore(checkpoint);
  }

  @Override
  public void close() {
    session.close();
  }
}
