package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.cost.CacheFolder;
import io.demitasse.data.Sha256;
import io.demitasse.journal.JournalFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a search writes down what it measures. Unless a file is named, it lies in the user's cache
 * under the name of the result and goes when the result is there.
 */
final class JournalOption {
  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description = {
        "Keep what is measured and decided, as JSON lines, in this file.",
        "Default: kept in the user's cache until the result is written."
      })
  private @Nullable Path named;

  @Option(
      names = "--resume",
      description =
          "Go on with a run to the same output that was cut short: what it measured is not"
              + " measured again.")
  private boolean resume;

  /**
   * Tells a job where to write, before it begins. Where nothing can be kept, because a user has no
   * folder for it, a run that nobody wants to resume goes on without.
   */
  void apply(Demitasse job, Path output) {
    Path file = file(output);
    if (named != null || resume || canBeMade(file)) {
      job.journal(file, resume);
      job.keep(file);
    }
  }

  private static boolean canBeMade(Path file) {
    Path folder = Objects.requireNonNull(file.getParent());
    try {
      return Files.isWritable(Files.createDirectories(folder));
    } catch (IOException e) {
      return false;
    }
  }

  private Path file(Path output) {
    if (named != null) {
      return named;
    }
    String place = output.toAbsolutePath().normalize().toString();
    return CacheFolder.here().resolve("journals").resolve(Sha256.of(place) + ".jsonl");
  }

  /** The result is written: nobody needs what led to it, unless they said so. */
  void done(Path output) {
    if (named != null) {
      return;
    }
    try {
      JournalFile.delete(file(output));
    } catch (IOException e) {
      // It is replaced by the next run to the same output.
    }
  }
}
