package io.demitasse.app;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.report.Report;
import io.demitasse.report.TrainingCurve;
import io.demitasse.result.EventFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where curves are written for TensorBoard. */
final class TensorBoardOption {
  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description =
          "Write the curves of what was trained into a folder, as TensorBoard reads them.")
  private @Nullable Path folder;

  /** Writes the curves of a result, one folder for each training. */
  void write(Report report) {
    if (folder == null) {
      return;
    }
    for (int i = 0; i < report.training().size(); i++) {
      TrainingCurve curve = report.training().get(i);
      Path run = folder.resolve(curve.part() + "-" + (i + 1));
      try {
        Files.createDirectories(run);
        EventFile.of(curve, Instant.now()).write(run);
      } catch (IOException e) {
        throw DemitasseException.backendFailed(
            "The curve of the training cannot be written into " + run + ": " + Reason.of(e), e);
      }
    }
  }
}
