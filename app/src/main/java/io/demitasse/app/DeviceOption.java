package io.demitasse.app;

import io.demitasse.Demitasse;
import picocli.CommandLine.Option;

/** The option that says what steps that train compute on. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "What steps that train compute on: cpu, or cuda where libtorch for CUDA is on the class"
              + " path and finds a GPU. Default: ${DEFAULT-VALUE}.")
  private String name = "cpu";

  void apply(Demitasse job) {
    job.device(name);
  }
}
