package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.run.SaliencyChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether the report shows what answers hang on. */
final class SaliencyOption {
  @Option(
      names = "--saliency",
      negatable = true,
      description =
          "Show in the report what answers hang on, before and after: patches of pictures, windows"
              + " of sounds, words. Default: where samples have several modalities.")
  private @Nullable Boolean wanted;

  void apply(Demitasse job) {
    if (wanted != null) {
      job.saliency(wanted ? SaliencyChoice.ALWAYS : SaliencyChoice.NEVER);
    }
  }
}
