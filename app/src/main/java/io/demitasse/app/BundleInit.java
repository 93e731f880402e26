package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes the {@code bundle.yaml} of a folder, and says what was found. */
record BundleInit(Console console, Path folder) {

  void write(boolean replace) {
    Path file = folder.resolve(Manifest.FILE);
    if (Files.exists(file) && !replace) {
      throw DemitasseException.badRequest(file + " exists. Replace it with --force.");
    }
    Manifest manifest = Demitasse.describe(folder);
    String text = Manifests.text(manifest);
    Path part = folder.resolve("." + Manifest.FILE + ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw DemitasseException.backendFailed("Cannot write " + file + ": " + Reason.of(e), e);
    }
    console.note(
        "Wrote "
            + file
            + ": program "
            + manifest.program()
            + ", parts "
            + manifest.parts().keySet());
  }
}
