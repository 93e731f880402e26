package io.demitasse.passes.tune;

import io.demitasse.pass.Option;
import io.demitasse.port.Trainer;
import io.demitasse.train.Schedule;
import io.demitasse.train.TrainingData;
import java.time.Duration;
import java.util.Optional;

/** How long and in which way a pass trains: the options that several passes share. */
public record Learning(
    @Option(doc = "How often each example is seen", value = "3") double epochs,
    @Option(doc = "Steps of the optimizer at most", value = "5000") int steps,
    @Option(doc = "Examples of a step", value = "32") int batch,
    Descent descent) {

  public Learning {
    Descent.require(epochs > 0 && Double.isFinite(epochs), "epochs must be above 0", epochs);
    Descent.require(steps >= 1, "steps must be at least 1", steps);
    Descent.require(batch >= 1, "batch must be at least 1", batch);
  }

  /**
   * The schedule for some examples.
   *
   * @param rate the highest learning rate
   * @param limit how long it may take where the run is limited
   * @param seed of the order of examples
   */
  Schedule schedule(int examples, double rate, Optional<Duration> limit, long seed) {
    double wanted = Math.ceil(epochs * examples / batch);
    int planned = (int) Math.clamp(wanted, 1, (double) steps);
    return descent.schedule(planned, batch, rate, descent.within(limit), seed);
  }

  /** What a trainer is set to. */
  Trainer.Settings settings(TrainingData data, long seed) {
    return descent.settings(data, seed);
  }
}
