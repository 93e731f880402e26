package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.port.Trainer;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The option that says what steps that train compute on. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "What steps that train compute on: cpu, or cuda where libtorch for CUDA is on the class"
              + " path and finds a GPU. Default: ${DEFAULT-VALUE}.")
  private String text = "cpu";

  void apply(Demitasse job) {
    job.device(
        switch (text.toLowerCase(Locale.ROOT)) {
          case "cpu" -> Trainer.Device.CPU;
          case "cuda" -> Trainer.Device.CUDA;
          default ->
              throw DemitasseException.badRequest(
                  "--device takes cpu or cuda, got '" + text + "'.");
        });
  }
}
