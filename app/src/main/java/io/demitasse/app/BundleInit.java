package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.publish.NewFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/** Writes the {@code bundle.yaml} of a folder, and says what was found. */
record BundleInit(Console console, Path folder) {

  void write(boolean replace) {
    Path file = folder.resolve(Manifest.FILE);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !replace) {
      throw exists(file);
    }
    Manifest manifest = Demitasse.folder(folder).describe();
    String text = Manifests.text(manifest);
    try {
      NewFile.write(file, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), replace);
    } catch (FileAlreadyExistsException e) {
      throw exists(file);
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Cannot write %s: %s. Give the folder a place for it, or work on a copy of the"
                  + " folder.",
              file,
              Reason.of(e)));
    }
    console.note(
        "Wrote "
            + file
            + ": program "
            + manifest.program()
            + ", parts "
            + manifest.parts().keySet());
  }

  private static DemitasseException exists(Path file) {
    return DemitasseException.badRequest(file + " exists. Replace it with --force.");
  }
}
