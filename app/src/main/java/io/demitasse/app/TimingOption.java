package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.evaluate.PairedTiming;
import picocli.CommandLine.Option;

/** How long each measurement of time runs. */
final class TimingOption {
  @Option(
      names = "--timing",
      paramLabel = "MS",
      description =
          "Milliseconds to time each kind of input in each pair of sessions. Default: 250.")
  private int milliseconds = PairedTiming.Effort.QUICK.milliseconds();

  void apply(Demitasse job) {
    job.effort(PairedTiming.Effort.QUICK.of(milliseconds));
  }
}
